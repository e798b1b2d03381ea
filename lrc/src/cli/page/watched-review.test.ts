import { VirtualClock } from "kit/clock";
import { expect, it } from "vitest";
import { parseUnifiedDiff, textAfter } from "#diff";
import { defaultPolicy, type Finding, type Remark, type ReviewInput, reviewChange } from "#review";
import { LivePage } from "#web";
import { emptyReviewPage } from "./review-page.ts";
import { WatchedReview } from "./watched-review.ts";

const secret = "glxx-0123456789abcdef";

function changeTo(line: string): ReviewInput {
  const diff = parseUnifiedDiff(`--- a/a.ts\n+++ b/a.ts\n@@ -1,1 +1,2 @@\n first\n+${line}\n`)[0]!;
  const file = { diff, before: "first\n", after: textAfter("first\n", diff) };
  return { source: { kind: "staged", label: "staged changes" }, files: [file], skipped: [], leftOut: [] };
}

const told: Remark = {
  ruleId: "secret/test",
  title: "a secret",
  severity: "error",
  confidence: "high",
  category: "security",
  subcategory: "test",
  cwe: [],
  message: "it is one",
  suggestion: undefined,
  path: "a.ts",
  side: "new",
  startLine: 2,
  endLine: 2,
  startColumn: undefined,
  endColumn: undefined,
  causedByRemoval: false,
  secrets: [secret],
};

async function findingIn(input: ReviewInput): Promise<Finding> {
  const reviewer = { name: "test", review: () => Promise.resolve({ remarks: [told], problems: [] }) };
  const settings = { reviewers: [reviewer], policyFor: () => defaultPolicy, budgetMs: 1000, clock: new VirtualClock() };
  const { findings } = await reviewChange(input, settings);
  return findings[0]!;
}

function pageAndUpdates() {
  const page = new LivePage(emptyReviewPage({ version: "1", repository: "r", branch: undefined, source: "s", agents: [] }));
  const drawn: (string | undefined)[] = [];
  page.subscribe(() => drawn.push(page.state.files[0]?.hunks));
  const look = () => new WatchedReview(page, new VirtualClock(), () => undefined);
  return { page, drawn, look };
}

it("no secret is in sight while others still look, and none that was dismissed either", async () => {
  const input = changeTo(`const token = "${secret}";`);
  const finding = await findingIn(input);
  const { page, drawn, look } = pageAndUpdates();
  using watch = look();
  watch.onInput(input);
  watch.onProgress({ findings: [], suppressed: [{ finding, by: "dismissed", reason: "a test" }], reviewers: [] });
  expect(page.state.files[0]?.hunks).toMatch(/^@@.*\n first\n\+const token = "glxx.*masked/);
  expect(drawn.join("")).not.toContain(secret);
});

it("lines that were shown stay while the change is looked at again, until it is known what hides among the new ones", () => {
  const { drawn, look } = pageAndUpdates();
  const nothing = { findings: [], suppressed: [], reviewers: [] };
  {
    using first = look();
    first.onInput(changeTo("second"));
    expect(drawn.at(-1)).toBe("");
    first.onProgress(nothing);
    expect(drawn.at(-1)).toContain("+second");
  }
  const before = drawn.length;
  using again = look();
  again.onInput(changeTo("another"));
  again.onProgress(nothing);
  expect(drawn.at(-1)).toContain("+another");
  expect(drawn.slice(before).filter((hunks) => hunks === "")).toEqual([]);
});
