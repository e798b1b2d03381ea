import { expect, test } from "vitest";
import { engineOf } from "../engine.ts";
import { changedFile } from "../testing/rule-case.ts";
import { checkRules } from "./check-rules.ts";
import { yamlDocuments } from "./yaml-value.ts";

const signal = new AbortController().signal;

test("a check is found by its pattern, with its message and note", async () => {
  const text = `# ours
id: no-legacy-client
language: TypeScript
severity: error
message: The legacy client has no time-out.
note: |
  Use client() instead.
rule:
  any:
    - pattern: legacy.$METHOD($$$ARGS)
    - pattern: "new Legacy($$$)"
constraints:
  METHOD:
    regex: ^(get|post)$
---
id: second
language: py
message: 'it''s old'
rule: { pattern: old($A) }
`;
  const { rules, failures } = checkRules([{ path: ".lrc/checks/ours.yml", text }]);
  expect(failures).toEqual([]);
  const files = [changedFile("a.ts", undefined, "legacy.get(1);\nlegacy.close();\n"), changedFile("b.py", undefined, "old(1)\n")];
  const { reports } = await engineOf({ rules }).check(files, [], signal);
  expect(reports.map(({ ruleId, path, startLine, message, suggestion }) => ({ ruleId, path, startLine, message, suggestion }))).toEqual([
    {
      ruleId: "check/no-legacy-client",
      path: "a.ts",
      startLine: 1,
      message: "The legacy client has no time-out.",
      suggestion: "Use client() instead.",
    },
    { ruleId: "check/second", path: "b.py", startLine: 1, message: "it's old", suggestion: undefined },
  ]);
});

test.each([
  ["id: a\nlanguage: klingon\nmessage: x\nrule: { pattern: a }\n", /^line 2, language: "klingon"/],
  ["id: a\nlanguage: go\nmessage: x\n", /^line 1: a rule is missing/],
  ["id: a\nlanguage: go\nmessage: x\nrule: { kind: nonsense }\n", /^line 4, rule: ./],
  ["- a\n- b\n", /^line 1: a check is a mapping/],
  ["# ours\n\nlanguage: go\nrule: { pattern: a }\n", /^line 3: id is missing/],
  ["id: a//b\nlanguage: go\nrule: { pattern: a }\n", /^line 1, id: "a\/\/b"/],
  ["id: a b\nlanguage: go\nrule: { pattern: a }\n", /^line 1, id: "a b"/],
  [
    "id: a\nlanguage: go\ncontraints: {}\nrule: { pattern: a }\n",
    /^line 3, contraints: there is no key "contraints" here; is constraints meant\?$/,
  ],
  ["id: a\nlanguage: go\nrule: { pattern: a }\nzzzzzz: 1\n", /^line 4, zzzzzz: .*known are id, language, rule/],
  ["id: a\nlanguage: go\nrule:\n  pattern: a\n  insde: { kind: block }\n", /^line 5, rule\.insde: .*inside/],
  ["id: a\nlanguage: go\nrule:\n  any:\n    - pattern: a\n    - patern: b\n", /^line 6, rule\.any\.1\.patern: .*pattern/],
  ["id: a\nlanguage: go\nrule:\n  pattern: $A\nconstraints:\n  A: { regx: b }\n", /^line 6, constraints\.A\.regx: .*regex/],
  ["id: a\nlanguage: go\nrule: { pattern: $A }\nconstraints: { A: { kind: nonsense } }\n", /^line 4, constraints: ./],
  ["id: a\nid: b\nlanguage: go\nrule: { pattern: a }\n", /^line 2: Map keys must be unique$/],
  [
    "id: a\nlanguage: go\nrule: { pattern: a }\nfiles: [{ glob: a, caseinsensitive: true }]\n",
    /^line 4, files\.0\.caseinsensitive: .*caseInsensitive/,
  ],
  ["id: a\nlanguage: go\nrule: { pattern: a }\nfiles: [{ caseInsensitive: true }]\n", /^line 4, files: each glob/],
  ["id: a\nlanguage: go\nrule: { pattern: a\nmessage: x\n", /^line 4: Flow map .* end with a }$/],
  ["id: a\nlanguage: go\nrule:\n  any: [\n    { pattern: a },\n  ]\nmessage: x: y\n", /^line 7: Nested mappings are not allowed/],
  ['id: a\nlanguage: go\nmessage: "x\nrule: { pattern: a }\n', /^line 5: Missing closing "quote$/],
  ["id: a\nlanguage: go\nrule:\n\tpattern: a\n", /^line 4: Tabs are not allowed as indentation$/],
  ["id: a\nlanguage: go\nseverity: loud\nrule: { pattern: a }\n", /^line 3, severity: .*critical.*off/],
  ["id: a\nlanguage: go\nrule: { pattern: a }\nmessage: [x]\n", /^line 4, message: this is a text/],
  ["id: a\nlanguage: go\nrule: { pattern: a }\nfiles: src\n", /^line 4, files: this is a list/],
  ["id: a\nlanguage: go\nrule: { pattern: a }\nignores: ['a[']\n", /^line 4, ignores: "a\["/],
  [
    `a: &a [x, x]\n${[..."bcdefghi"].map((name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]},`.repeat(9)}]`).join("\n")}\n`,
    /^line 1: Excessive alias count/,
  ],
  ["[".repeat(100_000), /^line 1: /],
  ["a: [1\nb: }\n", /^line 2: Flow sequence .* end with a ]$/],
])("what cannot be understood is named, and is no error of the review: %j", (text, reason) => {
  const { rules, failures } = checkRules([{ path: ".lrc/checks/bad.yml", text }]);
  expect(rules).toEqual([]);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatchObject({ ruleId: "check/bad", path: ".lrc/checks/bad.yml", reason: expect.stringMatching(reason) as string });
});

async function found(text: string, ...paths: readonly string[]): Promise<readonly (readonly [string, string, string | undefined])[]> {
  const { rules, failures } = checkRules([{ path: ".lrc/checks/ours.yml", text }]);
  expect(failures).toEqual([]);
  const files = paths.map((path) => changedFile(path, undefined, "old(1)\n"));
  const { reports } = await engineOf({ rules }).check(files, [], signal);
  return reports.map(({ path, message, suggestion }) => [path, message, suggestion]);
}

const plain = "id: old\nlanguage: py\nrule: { pattern: old($A) }\n";

test("a check looks at its files only, and not at those it ignores", async () => {
  const text = `${plain}message: Old.\nfiles: ["src/**/*.py"]\nignores:\n  - "**/tests/**"\n`;
  expect(await found(text, "a.py", "src/a.py", "src/b/c.py", "src/tests/d.py")).toEqual([
    ["src/a.py", "Old.", undefined],
    ["src/b/c.py", "Old.", undefined],
  ]);
});

test.each(["off", '"off"', "false"])("a check whose severity is %s does not run, and nothing is said of it", async (severity) => {
  expect(await found(`${plain}message: Old.\nseverity: ${severity}\n`, "a.py")).toEqual([]);
});

test("a check without a message speaks with its note, or its name; a fix is what to write instead", async () => {
  expect(await found(plain, "a.py")).toEqual([["a.py", "The check old of this repository matches.", undefined]]);
  expect(await found(`${plain}note: Call young.\n`, "a.py")).toEqual([["a.py", "Call young.", undefined]]);
  expect(await found(`${plain}message: Old.\nfix: young($A)\n`, "a.py")).toEqual([["a.py", "Old.", "Write instead: young(1)"]]);
});

test("a fix and a message are told with what their metavariables stand for, and a title without", async () => {
  const check = "id: old\nlanguage: py\nrule: { pattern: 'old($A, $$$REST)' }\nmessage: $A and $HOME\nfix: young([$$$REST], $A)\n";
  const { rules, failures } = checkRules([{ path: ".lrc/checks/ours.yml", text: check }]);
  expect(failures).toEqual([]);
  expect(rules[0]?.title).toBe("The check old of this repository matches");
  const { reports } = await engineOf({ rules }).check([changedFile("a.py", undefined, "old(1, 2,  3)\n")], [], signal);
  expect(reports.map(({ message, suggestion }) => [message, suggestion])).toEqual([["1 and $HOME", "Write instead: young([2,  3], 1)"]]);
});

test("a fix may be a template, and a transformation writes what it made", async () => {
  expect(await found(`${plain}message: Old.\nfix: { template: young($A) }\n`, "a.py")).toEqual([
    ["a.py", "Old.", "Write instead: young(1)"],
  ]);
  const transform = "transform: { B: { replace: { source: $A, replace: '1', by: '2' } } }\n";
  expect(await found(`${plain}message: Old.\nnote: Older.\n${transform}fix: young($B)\n`, "a.py")).toEqual([
    ["a.py", "Old.", "Older.\nWrite instead: young(2)"],
  ]);
});

test("globs may be objects, and leave the case of letters aside", async () => {
  const text = `${plain}message: Old.\nfiles:\n  - glob: "SRC/**"\n    caseInsensitive: true\n  - { glob: "Lib/*" }\n`;
  expect((await found(text, "src/A.py", "Lib/a.py", "lib/a.py")).map(([path]) => path)).toEqual(["src/A.py", "Lib/a.py"]);
});

test("all that is wrong with a check is told, from top to bottom, and the others of its file run under their groups", () => {
  const wrong = "id: x y\nlanguage: klingon\nsevrity: error\nrule: { pattern: a }\nfiles: src\n";
  const broken = "id: b\nrule: [\n";
  const { rules, failures, ids } = checkRules([
    {
      path: ".lrc/checks/bad.yml",
      text: `# ours\n${wrong}--- # next\n${broken}---\n# nothing\n---\nid: team/c\nlanguage: go\nseverity: off\nrule: { pattern: a }\n---\nid: team/d\nlanguage: go\nrule: { pattern: a }\n`,
    },
  ]);
  expect(failures.map(({ reason }) => reason.replace(/:.*/, ""))).toEqual([
    "line 2, id",
    "line 3, language",
    "line 4, sevrity",
    "line 6, files",
    "line 10",
  ]);
  expect(rules.map(({ id }) => id)).toEqual(["check/team/d"]);
  expect(ids).toEqual(["check/team/c", "check/team/d"]);
});

test("anchors are read, and a byte order mark is none of the text", async () => {
  const text = "\ufeffid: old\nlanguage: py\nutils: { it: &it { pattern: old($A) } }\nrule: *it\nmessage: Old.\n";
  expect(await found(text, "a.py")).toEqual([["a.py", "Old.", undefined]]);
});

test("YAML is read as checks use it", () => {
  expect(
    yamlDocuments("a: 1\nb: [x, \"y\\n\", 'z']\nc:\n  - d: true\n    e: null\n  - f\ng: |\n  one\n  two\nh: >-\n  one\n  two\n").map(
      ({ value }) => value,
    ),
  ).toEqual([{ a: 1, b: ["x", "y\n", "z"], c: [{ d: true, e: null }, "f"], g: "one\ntwo\n", h: "one two" }]);
});
