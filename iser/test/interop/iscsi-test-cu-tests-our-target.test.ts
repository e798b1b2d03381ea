import { afterAll, expect, test } from "vitest";
import { type EmbeddedTarget, startTarget } from "./harness/embedded-target.ts";
import { type CuTest, runFamily, testFamilies } from "./harness/iscsi-test-cu.ts";

/** So many tests must really run and pass. CUnit counts a skipped test as passed; here it counts as nothing. */
const atLeast = 195;

/** The disk of most families, a write-protected one, and one whose medium can be taken out. */
const luns = ["mem:256M", "mem:64M,ro", "mem:64M,removable"];

/** Families that need something else than the one address of the disk. */
const addresses: Readonly<Record<string, (target: EmbeddedTarget) => readonly string[]>> = {
  ReadOnly: (target) => [target.url(1)],
  NoMedia: (target) => [target.url(2)],
  PreventAllow: (target) => [target.url(2)],
  StartStopUnit: (target) => [target.url(2)],
  // It looks at a disk that is being sanitized three seconds after it began, and again after that.
  Sanitize: () => [slow.url(0)],
  MultipathIO: (target) => [target.url(0), target.url(0)],
};

const families = await testFamilies();
const target = await startTarget(luns);
// Eight seconds to sanitize, as memory never takes; and a tool that sleeps for a minute answers no pings.
const slow = await startTarget(["mem:64M"], ["--sanitize-rate", "8M", "--ping-interval", "0"]);
const results: CuTest[] = [];

/** Milliseconds that a family may take; the one that waits for disks looks only once a minute whether they are done. */
const patience = (family: string): number => (family === "Sanitize" ? 240_000 : 60_000);

test.each(families)("%s", { timeout: 300_000 }, async (family) => {
  const urls = addresses[family]?.(target) ?? [target.url(0)];
  const tests = await runFamily(family, urls, patience(family));
  results.push(...tests);
  const failed = tests.filter(({ verdict }) => verdict === "failed");
  expect(failed.map(({ name, said }) => `${name}: ${said}`).join("\n")).toBe("");
});

test(`at least ${atLeast} tests really ran and passed`, () => {
  expect(results.filter(({ verdict }) => verdict === "passed").length).toBeGreaterThanOrEqual(atLeast);
});

afterAll(() => {
  const count = (verdict: CuTest["verdict"]) => results.filter((result) => result.verdict === verdict).length;
  const skipped = results.filter(({ verdict }) => verdict === "skipped").map(({ name, said }) => `  ${name}: ${reason(said)}`);
  process.stdout.write(
    `iscsi-test-cu: ${count("passed")} ran and passed, ${count("failed")} failed, skipped itself: ${count("skipped")}\n`,
  );
  process.stdout.write(`${skipped.join("\n")}\n`);
});

function reason(said: string): string {
  return /\[SKIPPED\] *(.*)/.exec(said)?.[1] ?? said;
}
