import { expect, test } from "vitest";
import { parseCuOutput } from "./iscsi-test-cu.ts";

const output = `

     CUnit - A unit testing framework for C - Version 2.1-3
     http://cunit.sourceforge.net/


Suite: Unmap
  Test: Simple ...    [SKIPPED] Logical unit is fully provisioned. Skipping test
passed
  Test: VPD ...passed
  Test: ZeroBlocks ...    [FAILED] UNMAP command failed with status 2
FAILED
    1. test_unmap_0blocks.c:80  - CU_ASSERT_EQUAL(_r,0)
  Test: Refused ...    [FAILED] WRITE10 command failed with status 2
passed

Run Summary:    Type  Total    Ran Passed Failed Inactive
              suites      1      1    n/a      0        0
               tests      4      4      3      1        0
             asserts      2      2      1      1      n/a
`;

test("a skipped test counts as skipped though CUnit calls it passed, and a command that was meant to fail fails nothing", () => {
  expect(parseCuOutput("Unmap", output).map(({ name, verdict }) => [name, verdict])).toEqual([
    ["Unmap.Simple", "skipped"],
    ["Unmap.VPD", "passed"],
    ["Unmap.ZeroBlocks", "failed"],
    ["Unmap.Refused", "passed"],
  ]);
});

test("a test that says nothing to its end has failed", () => {
  expect(parseCuOutput("Unmap", "  Test: Simple ...")).toMatchObject([{ name: "Unmap.Simple", verdict: "failed" }]);
});
