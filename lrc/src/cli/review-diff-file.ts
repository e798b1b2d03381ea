import { lineKeys } from "#decision";
import { defaultPolicy, RuleReviewer, reviewChange } from "#review";
import { readDiffFile } from "./change/read-diff-file.ts";
import type { Surroundings } from "./context.ts";
import { changedLines } from "./review-run.ts";
import { type ReviewedChange, reviewBudgetMs } from "./what-to-review.ts";

/** A diff alone: rules see the lines it shows in their places, and nothing of the rest of the files. */
export async function reviewDiffFile(file: string, surroundings: Surroundings): Promise<ReviewedChange> {
  const { clock, stopped } = surroundings;
  const [input, { createRuleEngine }] = await Promise.all([readDiffFile(file, surroundings), import("#rules")]);
  const review = await reviewChange(input, {
    reviewers: [new RuleReviewer(createRuleEngine({ checks: [], now: () => clock.now() }))],
    policyFor: () => defaultPolicy,
    budgetMs: reviewBudgetMs,
    clock,
    signal: stopped,
  });
  return { review, keys: lineKeys(changedLines(input.files)), repository: undefined, configurationFaults: 0 };
}
