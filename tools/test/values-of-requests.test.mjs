import { describe, expect, test } from "vitest";
import { generatedFlows } from "../rules-corpus/generated-flows.mjs";
import { rulesOfNow } from "../rules-corpus/rules-of-now.mjs";

// One place where it does harm stands for all: the ways to it are what is tried. `tools/rules-corpus/measure.mjs generated-flows .` tries every place.
const samples = [...generatedFlows()].filter(({ path }) => path.includes("--sql--"));

const { createRuleEngine, changedFile } = await rulesOfNow();
const engine = createRuleEngine();
const shown = new Set(engine.rules.filter(({ confidence }) => confidence !== "low").map(({ id }) => id));

/** @param {string} path @param {string} text */
async function linesTold(path, text) {
  const { reports } = await engine.check([changedFile(path, undefined, text)], [], new AbortController().signal);
  return reports.filter(({ ruleId, confidence }) => ruleId === "injection/sql" && confidence !== "low" && shown.has(ruleId));
}

describe.each([...new Set(samples.map(({ group }) => group))])("a value of a request on its way to a statement of SQL, %s", (group) => {
  test.each(samples.filter((one) => one.group === group).map((one) => [one.part ?? one.path, one]))("%s", async (_way, sample) => {
    const reports = await linesTold(sample.path, sample.text);
    const isTold = reports.some(({ startLine, endLine }) =>
      [...sample.bad, ...sample.clean].some((line) => startLine <= line + 1 && endLine >= line - 1),
    );
    expect(isTold).toBe(sample.bad.length > 0);
  });
});
