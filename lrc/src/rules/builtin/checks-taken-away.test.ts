import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRuleEngine } from "../create-rule-engine.ts";
import { writtenChangesOf } from "../testing/written-change.ts";

const engine = createRuleEngine();
const rules = new Map(engine.rules.map((rule) => [rule.id, rule]));
const changesIn = (name: string) => writtenChangesOf(readFileSync(join(import.meta.dirname, "../testing/changes", name), "utf8"));

/** What somebody sees who asks for no more than the default. */
async function shownOf(files: ReturnType<typeof changesIn>[number]["files"]): Promise<readonly string[]> {
  const { reports, failures } = await engine.check(files, [], new AbortController().signal);
  expect(failures).toEqual([]);
  return reports
    .filter(({ ruleId, severity, confidence }) => {
      const rule = rules.get(ruleId);
      return (severity ?? rule?.severity) !== "info" && (confidence ?? rule?.confidence) !== "low";
    })
    .map(({ ruleId, path, side, startLine }) => `${ruleId} ${path}:${startLine}${side === "old" ? ":old" : ""}`);
}

describe("a change that takes a check away, or loosens it, is told", () => {
  test.each(changesIn("removals.txt"))("$name", async ({ files }) => {
    expect(await shownOf(files)).not.toEqual([]);
  });
});

describe("a change that leaves the code doing what it did is not told", () => {
  test.each(changesIn("refactorings.txt"))("$name", async ({ files }) => {
    expect(await shownOf(files)).toEqual([]);
  });
});
