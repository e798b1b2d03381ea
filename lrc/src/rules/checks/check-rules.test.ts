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
  ["id: a\nlanguage: klingon\nmessage: x\nrule: { pattern: a }\n", /klingon/],
  ["id: a\nlanguage: go\nmessage: x\n", /rule is missing/],
  ["id: a\nlanguage: go\nmessage: x\nrule: { kind: nonsense }\n", /./],
  ["- a\n- b\n", /a check is a mapping/],
  ["a: &x [1]\nb: *x\n", /anchors|not read/],
  ["a: [1\nb: }\n", /not YAML/],
])("what cannot be understood is named, and is no error of the review: %j", (text, reason) => {
  const { rules, failures } = checkRules([{ path: ".lrc/checks/bad.yml", text }]);
  expect(rules).toEqual([]);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatchObject({ ruleId: "check/bad", path: ".lrc/checks/bad.yml", reason: expect.stringMatching(reason) as string });
});

test("YAML is read as checks use it", () => {
  expect(
    yamlDocuments("a: 1\nb: [x, \"y\\n\", 'z']\nc:\n  - d: true\n    e: null\n  - f\ng: |\n  one\n  two\nh: >-\n  one\n  two\n"),
  ).toEqual([{ a: 1, b: ["x", "y\n", "z"], c: [{ d: true, e: null }, "f"], g: "one\ntwo\n", h: "one two" }]);
});
