import { UserError } from "kit/cli";
import type { Duration } from "kit/clock";
import type { CommitConfig } from "#config";
import { type Comparison, GitError, type Repository } from "#git";
import type { Review, ReviewSource } from "#review";
import { surveyChange } from "./change/survey.ts";
import type { Surroundings } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { modelsIfAny } from "./models/models-if-any.ts";
import type { ModelRequest } from "./models/open-models.ts";
import { commonState } from "./open-repository.ts";
import { type ReviewWatch, runReview } from "./review-run.ts";

/** A change that somebody can name. */
export type WhatToReview = RepositoryChange | { readonly kind: "diff-file"; readonly file: string };

export type RepositoryChange =
  | { readonly kind: "staged" }
  | { readonly kind: "working" }
  | { readonly kind: "commit"; readonly revision: string }
  | { readonly kind: "range"; readonly range: string }
  | { readonly kind: "base"; readonly base: string };

/** Two trees, the commit whose rules hold, and what to call it. */
export interface ResolvedChange {
  readonly source: ReviewSource;
  readonly comparison: Comparison;
  readonly rulesFrom: string | undefined;
}

export interface ReviewedChange {
  readonly review: Review;
  readonly keys: readonly string[];
  readonly changeId: string | undefined;
  readonly repository: Repository | undefined;
  readonly configurationFaults: number;
  /** What stops a commit here; undefined where no configuration says so. */
  readonly blockLevel?: CommitConfig["block"];
}

/** Asked for at a prompt, a review may take this long. */
export const reviewBudgetMs = 10 * 60_000;

export async function reviewRepository(
  repository: Repository,
  what: RepositoryChange,
  surroundings: Surroundings,
  watch: ReviewWatch = {},
  wanted?: ModelsWanted,
  budgetFor: (commit: CommitConfig) => Duration = () => reviewBudgetMs,
): Promise<ReviewedChange> {
  const { stopped, clock } = surroundings;
  const { source, comparison, rulesFrom } = await resolveChange(repository, what, stopped);
  const survey = await surveyChange(repository, comparison, rulesFrom, stopped);
  const state = commonState(repository, surroundings);
  const intent = what.kind === "commit" ? await messageOf(repository, what.revision, stopped) : "";
  const models =
    wanted === undefined
      ? undefined
      : await modelsIfAny({ repository, state, wish: survey.cascade.model, rulesFrom: survey.rulesFrom, intent, ...wanted }, surroundings);
  refuseProblem(models?.problem);
  const { diagnostics, commit } = survey.cascade;
  const { review, keys, changeId, brokenChecks } = await runReview(repository, source, survey, {
    clock,
    budgetMs: budgetFor(commit),
    signal: stopped,
    state,
    models,
    ...watch,
  });
  models?.finish(review);
  return { review, keys, changeId, repository, configurationFaults: diagnostics.length + brokenChecks, blockLevel: commit.block };
}

/** What of models is wanted at a prompt. */
export type ModelsWanted = Pick<ModelRequest, "named" | "effort" | "summarise" | "remember">;

/** Who asks for a review wants to know that half of it cannot be had; a commit would go on. */
export function refuseProblem(problem: string | undefined): void {
  if (problem === undefined) return;
  throw new UserError(`models cannot be asked: ${problem}`, {
    exitCode: exitCodes.usage,
    nextStep: "lrc connectors list; or review without them: lrc review --offline",
  });
}

/** What the author of a commit says it is for. */
export async function messageOf(repository: Repository, revision: string, signal: AbortSignal): Promise<string> {
  return await repository.git.text(["show", "--no-patch", "--encoding=UTF-8", "--format=%B", "--end-of-options", `${revision}^{commit}`], {
    signal,
  });
}

/** Every file of HEAD as if it were new, with what was dismissed or is in a baseline shown like the rest. */
export async function reviewWholeRepository(repository: Repository, { stopped, clock, random }: Surroundings): Promise<ReviewedChange> {
  const head = await requireCommit(repository, "HEAD", stopped);
  const survey = await surveyChange(repository, { kind: "trees", from: repository.emptyTree, to: head }, head, stopped);
  const source = { kind: "commit", label: "all of HEAD" } as const;
  const state = commonState(repository, { random });
  const { review, keys, changeId, brokenChecks } = await runReview(
    repository,
    source,
    { ...survey, baselineText: undefined },
    { clock, budgetMs: reviewBudgetMs, signal: stopped, state },
  );
  return { review, keys, changeId, repository, configurationFaults: survey.cascade.diagnostics.length + brokenChecks };
}

export async function resolveChange(repository: Repository, what: RepositoryChange, signal?: AbortSignal): Promise<ResolvedChange> {
  const head = await repository.commitId("HEAD", signal);
  switch (what.kind) {
    case "staged":
      requireWorktree(repository);
      return { source: { kind: "staged", label: "staged changes" }, comparison: { kind: "index" }, rulesFrom: head };
    case "working":
      requireWorktree(repository);
      return { source: { kind: "working", label: "working tree" }, comparison: { kind: "worktree" }, rulesFrom: head };
    case "commit": {
      const commit = await requireCommit(repository, what.revision, signal);
      const parent = await repository.commitId(`${commit}^1`, signal);
      if (parent === undefined) await requireRoot(repository, commit, signal);
      const from = parent ?? repository.emptyTree;
      return {
        source: { kind: "commit", label: commit.slice(0, 12) },
        comparison: { kind: "trees", from, to: commit },
        rulesFrom: parent,
      };
    }
    case "range": {
      const [, left = "", dots, right = ""] = /^(.*?)(\.\.\.?)(.*)$/.exec(what.range) ?? [];
      if (dots === undefined)
        throw new UserError(`"${what.range}" is no range`, { exitCode: exitCodes.usage, nextStep: "write it as A..B or A...B" });
      const from = await requireCommit(repository, left === "" ? "HEAD" : left, signal);
      const to = await requireCommit(repository, right === "" ? "HEAD" : right, signal);
      return between({ kind: "range", label: what.range }, dots === "..." ? await mergeBase(repository, from, to, signal) : from, to);
    }
    case "base": {
      const to = await requireCommit(repository, "HEAD", signal);
      const from = await mergeBase(repository, await requireCommit(repository, what.base, signal), to, signal);
      return between({ kind: "base", label: `${what.base}...HEAD` }, from, to);
    }
  }
}

function between(source: ReviewSource, from: string, to: string): ResolvedChange {
  return { source, comparison: { kind: "trees", from, to }, rulesFrom: from };
}

async function requireCommit(repository: Repository, revision: string, signal?: AbortSignal): Promise<string> {
  const commit = await repository.commitId(revision, signal);
  if (commit !== undefined) return commit;
  if (revision === "HEAD")
    throw new UserError("nothing is committed here yet", { exitCode: exitCodes.usage, nextStep: "review what is staged: --staged" });
  const nextStep = (await repository.isShallow(signal))
    ? "this clone is shallow: git fetch --unshallow, or in CI let the checkout fetch the whole history (fetch-depth: 0)"
    : `git fetch, if ${revision} is on another machine`;
  throw new UserError(`there is no commit "${revision}" here`, { exitCode: exitCodes.usage, nextStep });
}

/** In a shallow clone a commit without its parent looks like the first one, and reviewing the whole repository helps nobody. */
export async function requireRoot(repository: Repository, commit: string, signal?: AbortSignal): Promise<void> {
  if (!(await repository.isShallow(signal))) return;
  const isReallyRoot = !/^parent /m.test(await repository.git.text(["cat-file", "commit", commit], { signal }));
  if (isReallyRoot) return;
  throw new UserError(`the parent of ${commit.slice(0, 12)} is not here`, {
    exitCode: exitCodes.couldNotReview,
    nextStep: "this clone is shallow: git fetch --deepen=1",
  });
}

async function mergeBase(repository: Repository, from: string, to: string, signal?: AbortSignal): Promise<string> {
  try {
    return await repository.git.text(["merge-base", from, to], { signal });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const nextStep = (await repository.isShallow(signal))
      ? "this clone is shallow: git fetch --deepen=100 (more, if the branches parted earlier), or fetch-depth: 0 in CI"
      : "name the two ends with --range A..B instead";
    throw new UserError("the two have no common ancestor here", { exitCode: exitCodes.couldNotReview, nextStep });
  }
}

function requireWorktree({ paths: { root } }: Repository): void {
  if (root !== undefined) return;
  throw new UserError("this repository is bare: it has no working tree, and nothing is staged", {
    exitCode: exitCodes.usage,
    nextStep: "name a change: --commit REV, --range A..B, --base REF",
  });
}
