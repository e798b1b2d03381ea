import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { engineOf } from "../engine.ts";
import type { Rule } from "../rule.ts";
import { casesOf } from "../testing/rule-case.ts";
import { ruleIndex, ruleList } from "../testing/rule-list.ts";
import { builtinRules } from "./index.ts";

const here = import.meta.dirname;
const signal = new AbortController().signal;

const ids = readdirSync(here, { withFileTypes: true })
  .filter((group) => group.isDirectory())
  .flatMap((group) => readdirSync(join(here, group.name)).map((name) => `${group.name}/${name}`))
  .toSorted();

/** The rules of all folders: one that is new is not in the list yet when this run writes it. */
const rules = await Promise.all(ids.map(ruleIn));

async function ruleIn(id: string): Promise<Rule> {
  const exported = Object.values((await import(join(here, id, "rule.ts"))) as Record<string, Rule>);
  const rule = exported.find((value) => value.id === id);
  if (rule === undefined) throw new Error(`${id}/rule.ts exports no rule with the id "${id}"`);
  return rule;
}

describe.each(rules)("$id", (rule) => {
  const folder = join(here, rule.id);
  const cases = casesOf(join(folder, "cases"));

  test("has a README, and cases for what is wrong and what is all right", () => {
    expect(existsSync(join(folder, "README.md"))).toBe(true);
    expect(readFileSync(join(folder, "README.md"), "utf8")).toMatch(/## Wrong[\s\S]*## Right/);
    expect(cases.some(({ name }) => name.startsWith("ng."))).toBe(true);
    expect(cases.some(({ name }) => name.startsWith("ok."))).toBe(true);
  });

  test.each(cases)("$name", async ({ name, files, leftOut, expected }) => {
    const { reports, failures } = await engineOf({ rules: [rule] }).check(files, leftOut, signal);
    expect(failures).toEqual([]);
    const said = reports.map(({ path, startLine, side }) => `${path}:${startLine}${side === "old" ? ":old" : ""}`).toSorted();
    expect(said).toEqual(expected);
    if (name.startsWith("ng.")) expect(expected.length, "lines of a ng case end with `<- ng`").toBeGreaterThan(0);
    else expect(expected).toEqual([]);
  });
});

test("the list of rules has every folder with a rule in it", async () => {
  await expect(ruleIndex(ids)).toMatchFileSnapshot("index.ts");
  // What is only being entered is there in the next run.
  const listed = new Set(builtinRules);
  expect(rules.filter((rule) => !listed.has(rule) && readFileSync(join(here, "index.ts"), "utf8").includes(`"./${rule.id}/`))).toEqual([]);
  expect(builtinRules.filter(({ id }) => !ids.includes(id))).toEqual([]);
});

test("docs/lrc-rules.md has every rule", async () => {
  await expect(ruleList(rules)).toMatchFileSnapshot("../../../../docs/lrc-rules.md");
});
