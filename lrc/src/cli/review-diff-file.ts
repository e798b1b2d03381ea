import { lineKeys } from "#decision";
import { GitError, Repository } from "#git";
import { defaultPolicy, type IgnoreList, type ReviewInput, RuleReviewer, reviewChange } from "#review";
import { readDiffFile } from "./change/read-diff-file.ts";
import { readRules } from "./change/survey.ts";
import type { Surroundings } from "./context.ts";
import { modelsIfAny } from "./models/models-if-any.ts";
import { commonState } from "./open-repository.ts";
import { changedLines, type ReviewWatch, readBaseline, readChecks, readDismissed } from "./review-run.ts";
import { type ModelsWanted, type ReviewedChange, refuseProblem, reviewBudgetMs } from "./what-to-review.ts";

/**
 * A diff alone: rules see the lines it shows in their places, and nothing of the rest of the files. Inside a repository, the `.lrc/` of its HEAD holds;
 * models are asked nothing about that repository, because the diff may be of another.
 */
export async function reviewDiffFile(
  file: string,
  surroundings: Surroundings,
  { onInput, onProgress, onModel }: ReviewWatch = {},
  wanted?: ModelsWanted,
): Promise<ReviewedChange> {
  const { clock, stopped } = surroundings;
  const [read, repository, { createRuleEngine, ownRules }] = await Promise.all([
    readDiffFile(file, surroundings),
    repositoryHere(surroundings),
    import("#rules"),
  ]);
  const around = repository === undefined ? undefined : await rulesAround(repository, read, surroundings);
  const input = around === undefined ? read : withoutIgnored(read, around.ignored);
  onInput?.(input);
  const models = wanted === undefined ? undefined : await modelsIfAny({ repository: undefined, state: undefined, ...wanted }, surroundings);
  refuseProblem(models?.problem);
  const rules = new RuleReviewer(createRuleEngine({ own: await ownRules(around?.checks ?? []), now: () => clock.now() }));
  const review = await reviewChange(
    { ...input, notices: [...(input.notices ?? []), ...(around?.notices ?? []), ...(models?.notices ?? [])] },
    {
      reviewers: [rules, ...(models?.reviewers ?? [])],
      policyFor: (path) => around?.cascade.for(path) ?? defaultPolicy,
      ...(around === undefined ? {} : { baseline: around.baseline, dismissed: around.dismissed }),
      budgetMs: reviewBudgetMs,
      clock,
      signal: stopped,
      onProgress,
      onModel,
    },
  );
  models?.finish(review);
  const configurationFaults = (around?.cascade.diagnostics.length ?? 0) + rules.brokenChecks.length;
  return { review, keys: lineKeys(changedLines(input.files)), changeId: undefined, repository: undefined, configurationFaults };
}

async function repositoryHere({ directory, env, stopped }: Surroundings): Promise<Repository | undefined> {
  try {
    return await Repository.open({ directory, env }, stopped);
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

async function rulesAround(repository: Repository, { files, skipped }: ReviewInput, surroundings: Surroundings) {
  const paths = [...files.map(({ diff }) => diff.path), ...skipped.map(({ path }) => path)];
  const [rules, checks] = await Promise.all([
    readRules(repository, repository.head, paths, surroundings.stopped),
    readChecks(repository, repository.head, surroundings.stopped),
  ]);
  const { baseline, notices } = readBaseline(rules.baselineText);
  const faults = rules.cascade.diagnostics.map(({ file, line, message }) => `${file}${line === undefined ? "" : `:${line}`}: ${message}`);
  return { ...rules, checks, baseline, dismissed: readDismissed(commonState(repository, surroundings)), notices: [...notices, ...faults] };
}

function withoutIgnored(input: ReviewInput, ignored: IgnoreList): ReviewInput {
  const because = new Map(input.files.map(({ diff }) => [diff.path, ignored.lineFor(diff.path)]));
  const left = input.files.filter(({ diff }) => because.get(diff.path) !== undefined);
  if (left.length === 0) return input;
  const skipped = left.map(({ diff: { path, addedCount, removedCount } }) => {
    return { path, reason: "ignored" as const, detail: because.get(path), addedLines: addedCount, removedLines: removedCount };
  });
  return {
    ...input,
    files: input.files.filter((file) => !left.includes(file)),
    skipped: [...input.skipped, ...skipped],
    leftOut: [...input.leftOut, ...left.map(({ diff }) => ({ diff: { ...diff, hunks: [] }, sizeBytes: undefined }))],
  };
}
