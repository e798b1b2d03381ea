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
  ["id: a/b\nlanguage: go\nrule: { pattern: a }\n", /^line 1, id: "a\/b"/],
  ["id: a\nlanguage: go\nseverity: loud\nrule: { pattern: a }\n", /^line 3, severity: .*critical.*off/],
  ["id: a\nlanguage: go\nrule: { pattern: a }\nmessage: [x]\n", /^line 4, message: this is a text/],
  ["id: a\nlanguage: go\nrule: { pattern: a }\nfiles: src\n", /^line 4, files: this is a list/],
  ["id: a\nlanguage: go\nrule: { pattern: a }\nignores: ['a[']\n", /^line 4, ignores: "a\["/],
  ["a: &x [1]\nb: *x\n", /anchors|not read/],
  ["a: [1\nb: }\n", /not YAML/],
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
  expect(await found(`${plain}message: Old.\nfix: young($A)\n`, "a.py")).toEqual([["a.py", "Old.", "Write instead: young($A)"]]);
});

test("YAML is read as checks use it", () => {
  expect(
    yamlDocuments("a: 1\nb: [x, \"y\\n\", 'z']\nc:\n  - d: true\n    e: null\n  - f\ng: |\n  one\n  two\nh: >-\n  one\n  two\n").map(
      ({ value }) => value,
    ),
  ).toEqual([{ a: 1, b: ["x", "y\n", "z"], c: [{ d: true, e: null }, "f"], g: "one\ntwo\n", h: "one two" }]);
});
