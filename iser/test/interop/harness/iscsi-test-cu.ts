import { Child, succeed } from "./child-process.ts";

/** What became of one test of libiscsi's conformance suite. CUnit calls a skipped test passed; it is not. */
export type Verdict = "passed" | "failed" | "skipped";

export interface CuTest {
  readonly name: string;
  readonly verdict: Verdict;
  /** What it said: reasons for skipping, failed assertions. */
  readonly said: string;
}

/** The families of the suite, such as Read10 and ProutReserve. */
export async function testFamilies(): Promise<readonly string[]> {
  const list = await succeed("iscsi-test-cu", ["--list"]);
  return [...new Set([...list.matchAll(/^ALL\.(\w+)/gm)].flatMap(([, family]) => family ?? []))];
}

/**
 * Runs one family in a process of its own: in one process, what an earlier family leaves behind fails later ones. Destructive tests included. `urls` are
 * one address, or two of the same logical unit for the multipath family. Fails when the family hangs.
 */
export async function runFamily(family: string, urls: readonly string[], timeoutMs = 60_000): Promise<readonly CuTest[]> {
  const child = new Child("iscsi-test-cu", ["--dataloss", "--allow-sanitize", "--verbose", "-t", `ALL.${family}`, ...urls]);
  const { stdout, stderr } = await child.end(timeoutMs);
  const tests = parseCuOutput(family, stdout);
  // What was read off the lines must be what CUnit itself sums up: "tests 6 6 5 1 0" are total, ran, passed, failed, inactive.
  const [, ran, failed] = /^ +tests +\d+ +(\d+) +\d+ +(\d+)/m.exec(stdout) ?? [];
  if (Number(ran) !== tests.length || Number(failed) !== tests.filter(({ verdict }) => verdict === "failed").length) {
    throw new Error(`${child.name} did not come to its end:\n${stdout}${stderr}`);
  }
  return tests;
}

/**
 * Reads what CUnit prints: a line for each test, ending in its verdict, with whatever the test said in between.
 *
 *       Test: Simple ...    [SKIPPED] UNMAP is not implemented.
 *     passed
 *       Test: BeyondEol ...FAILED
 *         1. test_read10_beyond_eol.c:57  - CU_ASSERT_EQUAL(ret,0)
 */
export function parseCuOutput(family: string, output: string): readonly CuTest[] {
  const [body = ""] = output.split(/^Run Summary:/m);
  return body
    .split(/^ {2}Test: /m)
    .slice(1)
    .map((part) => {
      const [, test = "", said = ""] = /^(\S+) \.\.\.(.*)$/s.exec(part) ?? [];
      return { name: `${family}.${test}`, verdict: verdictOf(said), said: said.trim() };
    });
}

/** "[FAILED]" is what libiscsi says of a command, and may be just what the test wanted; CUnit's own word stands at the start of a line. */
function verdictOf(said: string): Verdict {
  if (/^FAILED$/m.test(said)) return "failed";
  if (/\[SKIPPED\]/.test(said)) return "skipped";
  return /(^|\n)passed/.test(said) ? "passed" : "failed";
}
