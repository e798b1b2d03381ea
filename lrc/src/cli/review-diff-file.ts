import { lineKeys } from "#decision";
import { defaultPolicy, RuleReviewer, reviewChange } from "#review";
import { readDiffFile } from "./change/read-diff-file.ts";
import type { Surroundings } from "./context.ts";
import { modelsIfAny } from "./models/models-if-any.ts";
import { changedLines, type ReviewWatch } from "./review-run.ts";
import { type ModelsWanted, type ReviewedChange, refuseProblem, reviewBudgetMs } from "./what-to-review.ts";

/** A diff alone: rules see the lines it shows in their places, and nothing of the rest of the files. */
export async function reviewDiffFile(
  file: string,
  surroundings: Surroundings,
  { onInput, onProgress }: ReviewWatch = {},
  wanted?: ModelsWanted,
): Promise<ReviewedChange> {
  const { clock, stopped } = surroundings;
  const [input, { createRuleEngine }] = await Promise.all([readDiffFile(file, surroundings), import("#rules")]);
  onInput?.(input);
  const models = wanted === undefined ? undefined : await modelsIfAny({ repository: undefined, state: undefined, ...wanted }, surroundings);
  refuseProblem(models?.problem);
  const review = await reviewChange(
    { ...input, notices: [...(input.notices ?? []), ...(models?.notices ?? [])] },
    {
      reviewers: [new RuleReviewer(createRuleEngine({ checks: [], now: () => clock.now() })), ...(models?.reviewers ?? [])],
      policyFor: () => defaultPolicy,
      budgetMs: reviewBudgetMs,
      clock,
      signal: stopped,
      onProgress,
    },
  );
  models?.finish(review);
  return { review, keys: lineKeys(changedLines(input.files)), repository: undefined, configurationFaults: 0 };
}
