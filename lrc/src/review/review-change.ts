import type { Clock, Duration } from "kit/clock";
import { addedNumbers, anchorOf, type ChangedFile, removedNumbers } from "#diff";
import type { LeftOutFile } from "#rules";
import { type Baseline, emptyBaseline } from "./baseline.ts";
import type { Excerpt, Finding, SuppressedFinding } from "./finding.ts";
import { FingerprintMaker } from "./fingerprint.ts";
import { maskLikelySecrets, maskSecrets, secretParts } from "./masking.ts";
import { compareConfidence, compareSeverity, type ReviewPolicy, reaches } from "./policy.ts";
import type { Remark, Review, Reviewer, ReviewerRun, ReviewSource, SkippedFile } from "./review.ts";
import { findSuppressions, type InlineSuppression, suppresses } from "./suppression.ts";

export interface ReviewInput {
  readonly source: ReviewSource;
  /** The files that are reviewed. */
  readonly files: readonly ChangedFile[];
  readonly skipped: readonly SkippedFile[];
  readonly leftOut: readonly LeftOutFile[];
  readonly notices?: readonly string[];
}

export interface ReviewSettings {
  readonly reviewers: readonly Reviewer[];
  /** What holds for a path: directories may differ. */
  readonly policyFor: (path: string) => ReviewPolicy;
  readonly baseline?: Baseline;
  /** Fingerprints that somebody dismissed, with the reason given. */
  readonly dismissed?: ReadonlyMap<string, string | undefined>;
  /** Reviewers get this long in all. */
  readonly budgetMs: Duration;
  readonly clock: Clock;
  /** Somebody wants to stop altogether; the promise then rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Offers a change to the reviewers and makes of their remarks what is shown, in a straight line: anchor, keep what is about changed lines,
 * number, suppress, mask, sort. A reviewer that fails or runs out of time is named in the result, and nothing it was offered counts as reviewed.
 */
export async function reviewChange(input: ReviewInput, settings: ReviewSettings): Promise<Review> {
  const { clock } = settings;
  const start = clock.now();
  const runs: { readonly run: ReviewerRun; readonly remarks: readonly Remark[] }[] = [];
  for (const reviewer of settings.reviewers) {
    const left = settings.budgetMs - (clock.now() - start);
    runs.push(await runReviewer(reviewer, input, left, settings));
  }
  const complete = runs.every(({ run }) => run.outcome === "complete");
  const { shown, suppressed, notices } = judge(runs, input, settings);
  const changedLines = sum(input.files.map(({ diff }) => diff.addedCount + diff.removedCount));
  const skippedLines = sum(input.skipped.map(({ addedLines, removedLines }) => addedLines + removedLines));
  return {
    source: input.source,
    reviewers: runs.map(({ run }) => run),
    findings: shown,
    suppressed,
    files: complete
      ? input.files.map(({ diff }) => ({
          path: diff.path,
          oldPath: diff.oldPath,
          status: diff.status,
          addedLines: diff.addedCount,
          removedLines: diff.removedCount,
        }))
      : [],
    skipped: complete
      ? input.skipped
      : [
          ...input.skipped,
          ...input.files.map(({ diff }) => ({
            path: diff.path,
            reason: "not-reviewed" as const,
            addedLines: diff.addedCount,
            removedLines: diff.removedCount,
            detail: undefined,
          })),
        ],
    coverage: { reviewedLines: complete ? changedLines : 0, changedLines: changedLines + skippedLines },
    notices: [...(input.notices ?? []), ...notices],
    complete,
    durationMs: clock.now() - start,
  };
}

async function runReviewer(
  reviewer: Reviewer,
  { source, files, leftOut }: ReviewInput,
  budgetMs: Duration,
  { clock, signal }: ReviewSettings,
): Promise<{ readonly run: ReviewerRun; readonly remarks: readonly Remark[] }> {
  const start = clock.now();
  const outOfTime = new AbortController();
  const giveUp = signal === undefined ? outOfTime.signal : AbortSignal.any([signal, outOfTime.signal]);
  const finish = (outcome: ReviewerRun["outcome"], problems: readonly string[], remarks: readonly Remark[] = []) => ({
    run: { reviewer: reviewer.name, outcome, problems, durationMs: clock.now() - start },
    remarks,
  });
  let expire: (() => void) | undefined;
  const expired = new Promise<"expired">((resolve) => {
    expire = () => resolve("expired");
  });
  const timer = clock.after(Math.max(0, budgetMs), () => {
    outOfTime.abort(new Error("out of time"));
    expire?.();
  });
  try {
    // A reviewer that does not listen to its signal is not waited for either.
    const answer = await Promise.race([reviewer.review({ source, files, leftOut }, giveUp), expired]);
    if (answer === "expired") return finish("out-of-time", [`not finished after ${budgetMs} ms`]);
    return finish(answer.problems.length === 0 ? "complete" : "incomplete", answer.problems, answer.remarks);
  } catch (error) {
    signal?.throwIfAborted();
    if (outOfTime.signal.aborted) return finish("out-of-time", [`not finished after ${budgetMs} ms`]);
    return finish("failed", [error instanceof Error ? error.message : String(error)]);
  } finally {
    timer.cancel();
  }
}

interface Judgement {
  readonly shown: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly notices: readonly string[];
}

interface FileNotes {
  readonly file: ChangedFile;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly added: ReadonlySet<number>;
  readonly removed: ReadonlySet<number>;
  readonly suppressions: readonly InlineSuppression[];
}

function judge(
  runs: readonly { readonly run: ReviewerRun; readonly remarks: readonly Remark[] }[],
  input: ReviewInput,
  { policyFor, baseline = emptyBaseline, dismissed = new Map() }: ReviewSettings,
): Judgement {
  const files = new Map(input.files.map((file) => [file.diff.path, notesOn(file)]));
  const paths = new Set([...files.keys(), ...input.leftOut.map(({ diff }) => diff.path)]);
  const notices = unreasonedNotices(input.files);
  const remarks = runs
    .flatMap(({ run, remarks }) => remarks.map((remark) => ({ ...remark, reviewer: run.reviewer })))
    // What is not in the change was not asked about.
    .filter(({ path }) => paths.has(path))
    .filter((remark) => isAboutTheChange(remark, files.get(remark.path)));
  const secrets = secretParts(remarks.flatMap((remark) => remark.secrets));
  const fingerprints = new FingerprintMaker();
  const shown: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const remark of withoutDuplicates(remarks).toSorted(byPlace)) {
    const notes = files.get(remark.path);
    const { secrets: _secrets, ...said } = remark;
    const policy = policyFor(remark.path);
    const configured = policy.rules.get(remark.ruleId);
    const finding: Finding = {
      ...said,
      severity: configured === undefined || configured === "off" ? remark.severity : configured,
      title: maskSecrets(remark.title, secrets),
      message: maskSecrets(remark.message, secrets),
      suggestion: remark.suggestion === undefined ? undefined : maskSecrets(remark.suggestion, secrets),
      anchorLine: anchorLine(remark, notes),
      excerpt: excerptOf(remark, notes, secrets),
      fingerprint: fingerprints.next({ ruleId: remark.ruleId, path: remark.path, lines: linesOf(remark, notes) }),
    };
    const inline = notes?.suppressions.find((one) =>
      suppresses(one, finding.ruleId, finding.anchorLine, finding.anchorLine + finding.endLine - finding.startLine),
    );
    if (inline !== undefined) suppressed.push({ finding, by: "inline", reason: inline.reason });
    else if (baseline.fingerprints.has(finding.fingerprint)) suppressed.push({ finding, by: "baseline", reason: undefined });
    else if (dismissed.has(finding.fingerprint)) suppressed.push({ finding, by: "dismissed", reason: dismissed.get(finding.fingerprint) });
    else if (configured === "off") suppressed.push({ finding, by: "configuration", reason: "the rule is off" });
    else if (!reaches(finding, policy.show)) suppressed.push({ finding, by: "configuration", reason: `below ${policy.show}` });
    else if (compareConfidence(finding.confidence, policy.confidence) > 0) {
      suppressed.push({ finding, by: "configuration", reason: `less sure than ${policy.confidence}` });
    } else shown.push(finding);
  }
  return { shown: shown.toSorted((a, b) => compareSeverity(a.severity, b.severity) || byPlace(a, b)), suppressed, notices };
}

function notesOn(file: ChangedFile): FileNotes {
  return {
    file,
    before: file.before?.split("\n") ?? [],
    after: file.after?.split("\n") ?? [],
    added: addedNumbers(file.diff),
    removed: removedNumbers(file.diff),
    suppressions: findSuppressions(file.after ?? "").valid,
  };
}

/** A suppression without a reason does nothing; who wrote one in this change is told. */
function unreasonedNotices(files: readonly ChangedFile[]): readonly string[] {
  return files.flatMap(({ diff, after }) => {
    if (after?.includes("lrc-ignore") !== true) return [];
    const added = addedNumbers(diff);
    return findSuppressions(after)
      .unreasoned.filter(({ line }) => added.has(line))
      .map(
        ({ rule, line }) =>
          `${diff.path}:${line}: "lrc-ignore ${rule}" gives no reason and is not followed; write "lrc-ignore ${rule}: why"`,
      );
  });
}

function isAboutTheChange({ side, startLine, endLine, causedByRemoval }: Remark, notes: FileNotes | undefined): boolean {
  if (notes === undefined || (causedByRemoval && side === "new")) return true;
  const changed = side === "new" ? notes.added : notes.removed;
  for (const line of changed) if (line >= startLine && line <= endLine) return true;
  return false;
}

/** One place is told once about one kind of fault: by who is surest, then by who takes it most seriously. */
function withoutDuplicates<T extends Remark>(remarks: readonly T[]): readonly T[] {
  const best = new Map<string, T>();
  for (const remark of remarks) {
    const key = JSON.stringify([remark.path, remark.side, remark.startLine, remark.startColumn, remark.category, remark.subcategory]);
    const other = best.get(key);
    const order =
      other === undefined ? -1 : compareConfidence(remark.confidence, other.confidence) || compareSeverity(remark.severity, other.severity);
    if (order < 0) best.set(key, remark);
  }
  return [...best.values()];
}

function byPlace(
  a: Pick<Remark, "path" | "startLine" | "ruleId" | "side">,
  b: Pick<Remark, "path" | "startLine" | "ruleId" | "side">,
): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  if (a.startLine !== b.startLine) return a.startLine - b.startLine;
  if (a.side !== b.side) return a.side === "old" ? -1 : 1;
  return a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0;
}

function anchorLine({ side, startLine }: Remark, notes: FileNotes | undefined): number {
  if (side === "new") return startLine;
  return notes?.file.after === undefined ? 0 : anchorOf(notes.file.diff, startLine, lineCount(notes.after));
}

/** A text that ends with a line feed has an empty piece behind it. */
function lineCount(lines: readonly string[]): number {
  return lines.at(-1) === "" ? lines.length - 1 : lines.length;
}

function linesOf({ side, startLine, endLine }: Remark, notes: FileNotes | undefined): readonly string[] {
  const lines = side === "new" ? notes?.after : notes?.before;
  return lines?.slice(startLine - 1, Math.min(endLine, startLine + 50)) ?? [];
}

const contextLines = 2;
const longestExcerpt = 12;
const longestShownLine = 400;

function excerptOf({ side, startLine, endLine }: Remark, notes: FileNotes | undefined, secrets: readonly string[]): Excerpt {
  const lines = (side === "new" ? notes?.after : notes?.before) ?? [];
  const first = Math.max(1, startLine - contextLines);
  const last = Math.min(lineCount(lines), endLine + contextLines, first + longestExcerpt - 1);
  return {
    firstLine: first,
    lines: lines.slice(first - 1, last).map((line, offset) => {
      const text = shortened(maskSecrets(line.replace(/\r$/, ""), secrets));
      return side === "new" && notes?.added.has(first + offset) === true ? text : maskLikelySecrets(text);
    }),
  };
}

function shortened(line: string): string {
  return line.length > longestShownLine ? `${line.slice(0, longestShownLine)}…` : line;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
