import type { Duration } from "kit/clock";
import { type ChangedLine, changeId, lineKeys } from "#decision";
import { addedLines, type ChangedFile, removedLines } from "#diff";
import { listFolder, type Repository, readTreeFiles } from "#git";
import type { StateFolder } from "#history";
import {
  emptyBaseline,
  type ModelEvent,
  parseBaseline,
  type Review,
  type Reviewer,
  type ReviewInput,
  type ReviewProgress,
  type ReviewSource,
  RuleReviewer,
  reviewChange,
} from "#review";
import type { CheckFile } from "#rules";
import { readChange } from "./change/read-change.ts";
import type { Survey } from "./change/survey.ts";
import type { Surroundings } from "./context.ts";

/** Somebody who looks on while a change is reviewed. */
export interface ReviewWatch {
  /** Told what is going to be reviewed, before it is. */
  readonly onInput?: ((input: ReviewInput) => void) | undefined;
  /** Told what the rules found, while a model still looks. */
  readonly onProgress?: ((soFar: ReviewProgress) => void) | undefined;
  /** Told what a model does, finding by finding: see `ModelEvent`. */
  readonly onModel?: ((event: ModelEvent) => void) | undefined;
}

export interface ReviewRunOptions extends Pick<Surroundings, "clock">, ReviewWatch {
  readonly budgetMs: Duration;
  readonly signal?: AbortSignal | undefined;
  readonly state: StateFolder;
  /** Who is asked beside the rules, and what the reader is to know about them. */
  readonly models?: { readonly reviewers: readonly Reviewer[]; readonly notices: readonly string[] } | undefined;
}

export interface ReviewRun {
  readonly review: Review;
  /** The changed lines that were offered to the reviewers, by content (see `lineKeys`). */
  readonly keys: readonly string[];
  /** The change as a whole, by content (see `changeId`). */
  readonly changeId: string;
  /** How many of the repository's own checks could not be understood. */
  readonly brokenChecks: number;
}

/** Reviews what a survey found: the straight line from Git to findings. */
export async function runReview(
  repository: Repository,
  source: ReviewSource,
  survey: Survey,
  options: ReviewRunOptions,
): Promise<ReviewRun> {
  const { clock, signal, budgetMs, state, onInput, onProgress, onModel, models } = options;
  const start = clock.now();
  const [{ createRuleEngine, ownRules }, input, checks] = await Promise.all([
    import("#rules"),
    readChange(repository, source, survey, signal),
    readChecks(repository, survey.rulesFrom, signal),
  ]);
  onInput?.(input);
  const baseline = readBaseline(survey.baselineText);
  const rules = new RuleReviewer(createRuleEngine({ own: await ownRules(checks), now: () => clock.now() }));
  const review = await reviewChange(
    { ...input, notices: [...(input.notices ?? []), ...baseline.notices, ...(models?.notices ?? [])] },
    {
      reviewers: [rules, ...(models?.reviewers ?? [])],
      policyFor: (path) => survey.cascade.for(path),
      baseline: baseline.baseline,
      dismissed: readDismissed(state),
      budgetMs: budgetMs - (clock.now() - start),
      clock,
      signal,
      onProgress,
      onModel,
    },
  );
  const brokenChecks = rules.brokenChecks.length;
  return { review, keys: lineKeys(changedLines(input.files)), changeId: identityOf(input, survey), brokenChecks };
}

/** A change by its content: the lines that were read, and the names of the contents that were not. */
export function identityOf({ files }: Pick<ReviewInput, "files">, survey: Survey): string {
  const read = new Set(files.map(({ diff }) => diff.path));
  const unread = survey.files.map(({ record }) => record).filter(({ path }) => !read.has(path));
  return changeId(
    files.map(({ diff }) => diff),
    unread.map(({ path, newMode, newId }) => ({ path, mode: newMode, id: newId })),
  );
}

/** The changed lines of some files, in order. */
export function* changedLines(files: readonly ChangedFile[]): Generator<ChangedLine> {
  for (const { diff } of files) {
    for (const { text } of addedLines(diff)) yield { path: diff.path, kind: "added", text };
    for (const { text } of removedLines(diff)) yield { path: diff.oldPath ?? diff.path, kind: "removed", text };
  }
}

const checksFolder = ".lrc/checks";

/** The repository's own checks, as a commit has them. */
export async function readChecks(repository: Repository, treeish: string | undefined, signal?: AbortSignal): Promise<readonly CheckFile[]> {
  if (treeish === undefined) return [];
  const paths = (await listFolder(repository, treeish, checksFolder, signal)).filter((path) => /\.ya?ml$/.test(path));
  if (paths.length === 0) return [];
  const files = await readTreeFiles(repository, treeish, paths, signal);
  return [...files].map(([path, bytes]) => ({ path, text: bytes.toString() }));
}

/** What is not shown again, and what of it could not be understood. */
export function readBaseline(text: string | undefined): { readonly baseline: typeof emptyBaseline; readonly notices: readonly string[] } {
  if (text === undefined) return { baseline: emptyBaseline, notices: [] };
  try {
    return { baseline: parseBaseline(text), notices: [] };
  } catch (error) {
    return {
      baseline: emptyBaseline,
      notices: [`.lrc/baseline.json is not followed: ${error instanceof Error ? error.message : String(error)}`],
    };
  }
}

/** Where dismissed findings are kept: fingerprints with the reasons given. */
export const dismissedFile = "dismissed.json";

/** The dismissals of this repository; none when the file cannot be read. */
export function readDismissed(state: StateFolder): ReadonlyMap<string, string | undefined> {
  try {
    const value: unknown = JSON.parse(state.read(dismissedFile) ?? "{}");
    if (typeof value !== "object" || value === null) return new Map();
    return new Map(Object.entries(value).map(([fingerprint, reason]) => [fingerprint, typeof reason === "string" ? reason : undefined]));
  } catch {
    return new Map();
  }
}
