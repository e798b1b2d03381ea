import { expect, it } from "vitest";
import { type PlacedCandidate, throughFilter } from "./eval/recorded-candidates.ts";
import { scoreByPlace } from "./eval/score.ts";
import { addedFile } from "./harness/ask.ts";

const diff = `${addedFile("src/mean.js", ["export function mean(sum, count) {", "  return sum / count;", "}"])}diff --git a/b.js b/b.js
--- a/b.js
+++ b/b.js
@@ -1,4 +1,4 @@
 const first = 1;
-const second = 2;
+const second = first / 0;
 const third = 3;
 export { first, second, third };
`;

const candidate = (part: Partial<PlacedCandidate>): PlacedCandidate => ({
  path: "src/mean.js",
  side: "new",
  line: 2,
  endLine: 2,
  text: "Division by zero. With no values the count is 0.",
  category: "correctness",
  states: 0,
  ...part,
});

it("a recorded finding without a quote is anchored by its lines, and what is not of the change, says no fault or was said goes no further", async () => {
  const onChange = candidate({});
  const removed = candidate({ path: "b.js", side: "old", text: "The constant that was removed is still exported elsewhere as 2." });
  const again = candidate({ text: "Division by zero for an empty list." });
  const unchanged = candidate({ path: "b.js", line: 3, endLine: 3, text: "The third is wrong." });
  const outside = candidate({ path: "b.js", line: 40, endLine: 41 });
  const elsewhere = candidate({ path: "c.js" });
  const wish = candidate({ line: 1, endLine: 1, text: "The function mean lacks unit tests." });
  const { kept, reasons } = await throughFilter(diff, [onChange, removed, again, unchanged, outside, elsewhere, wish]);
  expect(kept).toEqual([onChange, removed]);
  expect(Object.fromEntries(reasons)).toEqual({
    "about lines outside of the change": 2,
    "about lines that were not changed": 1,
    "without a fault": 1,
    "said by another one, or not shown": 1,
  });
});

it("a place that is given is believed where that is wanted: only talk and repetitions go no further", async () => {
  const onChange = candidate({});
  const again = candidate({ text: "Division by zero for an empty list." });
  const beside = candidate({ path: "b.js", line: 3, endLine: 3, text: "The third is wrong." });
  const elsewhere = candidate({ path: "c.js", text: "The caller in here still passes one argument." });
  const wish = candidate({ path: "c.js", text: "The function mean lacks unit tests." });
  const { kept, reasons } = await throughFilter(diff, [onChange, again, beside, elsewhere, wish], "given");
  expect(kept).toEqual([onChange, beside, elsewhere]);
  expect(Object.fromEntries(reasons)).toEqual({ "said by another one, or not shown": 1, "without a fault": 1 });
});

it("as many are kept as somebody will read", async () => {
  const lines = Array.from({ length: 12 }, (_, index) => `const value${index} = ${index} / 0;`);
  const many = lines.map((_, index) =>
    candidate({ path: "many.js", line: index + 1, endLine: index + 1, text: `Value ${index} is no number.` }),
  );
  const { kept, reasons } = await throughFilter(addedFile("many.js", lines), many);
  expect(kept).toHaveLength(3);
  expect(reasons.get("beyond what is shown")).toBe(9);
});

it("a finding is right when it is about the lines of an expected fault, give or take two", () => {
  const place = (path: string, line: number) => ({ path, line });
  const score = scoreByPlace(
    [place("a.js", 10), place("b.js", 1)],
    [place("a.js", 12), place("a.js", 8), place("a.js", 13), place("b.js", 9)],
  );
  expect(score).toEqual({ found: 1, expected: 2, right: 2, stated: 4 });
});
