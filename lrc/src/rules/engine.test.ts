import { describe, expect, test } from "vitest";
import { builtinRules } from "./builtin/index.ts";
import { engineOf } from "./engine.ts";
import { lineRule } from "./kinds/index.ts";
import type { Rule } from "./rule.ts";
import { changedFile } from "./testing/rule-case.ts";

const signal = new AbortController().signal;
const advice = {
  id: "test/bad",
  title: "Bad",
  category: "correctness",
  subcategory: "test",
  severity: "warning",
  confidence: "high",
  languages: "any",
} as const;
const bad = lineRule({ ...advice, match: /bad/, message: "Bad." });

function linesOf(rules: readonly Rule[], before: string | undefined, after: string): Promise<readonly number[]> {
  return engineOf({ rules })
    .check([changedFile("a.ts", before, after)], [], signal)
    .then(({ reports }) => reports.map(({ startLine }) => startLine));
}

describe("only what the change did is told", () => {
  test("a line that was there before is not", async () => {
    expect(await linesOf([bad], "bad\nx\n", "bad\ny bad\n")).toEqual([2]);
  });

  test("a line that only moved or was indented is not", async () => {
    expect(await linesOf([bad], "bad\nx\n", "x\n  bad\n")).toEqual([]);
  });

  test.each([
    ["laid out over several lines", 'f("bad", { a: 1 });\n', 'f(\n  "bad",\n  { a: 1 },\n);\n'],
    ["with other quotes and without semicolons", "f('bad');\ng('bad');\nx();\n", 'f("bad")\ng("bad")\nx()\ny()\n'],
    ["with a variable of another name", "const a = f();\na.bad();\n", "const b = f();\nb.bad();\n"],
  ])("a line that is only written otherwise is not: %s", async (_how, before, after) => {
    expect(await linesOf([bad], before, after)).toEqual([]);
  });

  test("another function is no other name", async () => {
    expect(await linesOf([bad], "const a = good(b);\n", "const a = bad(b);\n")).toEqual([1]);
  });

  test("a line that came from another file of the change is not, unless it is a secret", async () => {
    const files = [
      changedFile("a.ts", "const a = isBad(bad);\nx();\n", "x();\n"),
      changedFile("b.ts", undefined, "const a = isBad(bad);\n"),
    ];
    const linesTold = (rule: Rule): Promise<number> =>
      engineOf({ rules: [rule] })
        .check(files, [], signal)
        .then(({ reports }) => reports.length);
    expect(await linesTold(bad)).toBe(0);
    expect(await linesTold({ ...bad, subcategory: "exposed-secret" })).toBe(1);
  });

  test("a report on the old side must be about a removed line", async () => {
    const old: Rule = {
      ...advice,
      scope: "file",
      check: (_file, report) => {
        for (const line of [1, 2]) report({ side: "old", startLine: line, endLine: line, message: "Gone." });
      },
    };
    expect(await linesOf([old], "a\nb\n", "a\n")).toEqual([2]);
  });
});

test("a rule that throws fails alone, and says so", async () => {
  const broken: Rule = {
    ...advice,
    id: "test/broken",
    scope: "file",
    check: () => {
      throw new Error("no\nreason");
    },
  };
  const outcome = await engineOf({ rules: [broken, bad] }).check([changedFile("a.ts", undefined, "bad\n")], [], signal);
  expect(outcome.reports).toHaveLength(1);
  expect(outcome.failures).toEqual([{ ruleId: "test/broken", path: "a.ts", reason: "no" }]);
});

test("when a file has had its time, the rules that had no turn say so", async () => {
  let time = 0;
  const slow: Rule = {
    ...advice,
    id: "test/slow",
    scope: "file",
    check: () => {
      time += 5_000;
    },
  };
  const outcome = await engineOf({ rules: [slow, bad], now: () => time }).check([changedFile("a.ts", undefined, "bad\n")], [], signal);
  expect(outcome.reports).toEqual([]);
  expect(outcome.failures).toMatchObject([{ ruleId: "test/bad", path: "a.ts" }]);
});

test("whoever aborts is heard", async () => {
  const abort = new AbortController();
  const stopping: Rule = { ...advice, id: "test/stop", scope: "file", check: () => abort.abort(new Error("enough")) };
  const check = engineOf({ rules: [stopping, bad] }).check([changedFile("a.ts", undefined, "bad\n")], [], abort.signal);
  await expect(check).rejects.toThrow("enough");
});

/** Texts that were made to hang a matcher, one a file, in every language. */
describe("hostile text ends soon", () => {
  const run = 20_000;
  const texts: Readonly<Record<string, string>> = {
    "one long line": "a".repeat(2_000_000),
    "no letters": "\0".repeat(run),
    "open parentheses": "(".repeat(run),
    "nested brackets": `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
    "tokens that begin again": "eyJ".repeat(run),
    "keys that begin again": "password".repeat(600),
    "spaces before a colon": `password${" ".repeat(1_900)}:`,
    "select without from": `db.query("select ${"a ".repeat(800)}" + x)`,
    quotes: `'"\``.repeat(600),
    stars: "/*".repeat(900),
    "templates that take templates": `${"`".repeat(100)}\n`.repeat(800),
    "a chain of calls": `a${".b()\n".repeat(4_000)}`,
    "many lines": "if (a == b) { return c; }\n".repeat(2_000),
    "many keys": Array.from({ length: 2_000 }, (_, key) => `k${key}: [a, b]\n`).join(""),
    "unpaired surrogates": "\ud800".repeat(1_000),
  };
  const paths = ["a.ts", "a.py", "a.go", "a.java", "a.rs", "a.c", "a.cs", "a.php", "a.rb", "a.sh", "a.sql", "a.yml", "Dockerfile", "a.tf"];

  test.each(Object.entries(texts))("%s", async (_name, text) => {
    for (const path of paths) {
      const start = process.cpuUsage(); // not what others on the machine take
      const files = [changedFile(path, undefined, text)];
      const { failures } = await engineOf({ rules: builtinRules }).check(files, [], signal);
      expect(failures.filter(({ reason }) => !/characters|ms for this file/.test(reason))).toEqual([]);
      const { user, system } = process.cpuUsage(start);
      expect((user + system) / 1_000, path).toBeLessThan(5_000);
    }
  });
});

test("a fault that a file is full of is told fifty times, a secret each time", async () => {
  const text = "bad\n".repeat(300);
  const secret = lineRule({
    ...advice,
    id: "test/secret",
    category: "security",
    subcategory: "exposed-secret",
    match: /bad/,
    message: "Bad.",
  });
  expect(await linesOf([bad], undefined, text)).toHaveLength(50);
  expect(await linesOf([secret], undefined, text)).toHaveLength(300);
});
