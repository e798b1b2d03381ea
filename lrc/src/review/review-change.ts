import { setMaxListeners } from "node:events";
import type { Clock, Duration } from "kit/clock";
import { addedNumbers, anchorOf, type ChangedFile, removedNumbers } from "#diff";
import type { LeftOutFile } from "#rules";
import { type Baseline, emptyBaseline } from "./baseline.ts";
import { type ExcerptSource, excerptOf, lineCount } from "./excerpt.ts";
import type { Finding, SuppressedFinding } from "./finding.ts";
import { FingerprintMaker, type FingerprintParts, UntouchedLines } from "./fingerprint.ts";
import { maskReason, maskSecrets, secretParts } from "./masking.ts";
import type { ModelEvent, ReviewerNews } from "./model-event.ts";
import { ModelTeller } from "./model-teller.ts";
import { compareConfidence, compareSeverity, type ReviewPolicy, reaches } from "./policy.ts";
import type { Remark } from "./remark.ts";
import type { Review, ReviewerRun, ReviewSource, SkippedFile } from "./review.ts";
import type { Reviewer, ReviewerOutcome } from "./reviewer.ts";
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
  /** Told after each reviewer but the last: what is known so far is shown while others still look. */
  readonly onProgress?: ((soFar: ReviewProgress) => void) | undefined;
  /** Told what a model does while it reviews: see `ModelEvent` for the order. */
  readonly onModel?: ((event: ModelEvent) => void) | undefined;
}

/** What a review has come to before it is over. */
export type ReviewProgress = Pick<Review, "findings" | "suppressed" | "reviewers">;

/**
 * Offers a change to the reviewers and makes of their remarks what is shown, in a straight line: anchor, keep what is about changed lines,
 * number, suppress, mask, sort. A reviewer that fails or runs out of time is named in the result, and nothing it was offered counts as reviewed.
 */
export async function reviewChange(input: ReviewInput, settings: ReviewSettings): Promise<Review> {
  const { clock } = settings;
  const start = clock.now();
  const runs: FinishedRun[] = [];
  for (const reviewer of settings.reviewers) {
    const left = settings.budgetMs - (clock.now() - start);
    const teller = tellerFor(reviewer, runs, input, settings);
    const finished = await runReviewer(reviewer, input, left, settings, teller);
    teller?.finish(finished.run, finished.remarks, finished.outcome?.spent ?? []);
    runs.push(finished);
    if (settings.onProgress !== undefined && runs.length < settings.reviewers.length) {
      const { shown, suppressed } = judge(runs, input, settings);
      settings.onProgress({ findings: shown, suppressed, reviewers: runs.map(({ run }) => run) });
    }
  }
  const complete = runs.every(({ run }) => run.outcome === "complete");
  const unseen = unseenFiles(runs);
  const seen = unseen === undefined ? [] : input.files.filter(({ diff }) => !unseen.has(diff.path));
  const { shown, suppressed, notices } = judge(runs, input, settings);
  const changedLines = sum(input.files.map(({ diff }) => diff.addedCount + diff.removedCount));
  const skippedLines = sum(input.skipped.map(({ addedLines, removedLines }) => addedLines + removedLines));
  return {
    source: input.source,
    reviewers: runs.map(({ run }) => run),
    findings: shown,
    suppressed,
    files: seen.map(({ diff }) => ({
      path: diff.path,
      oldPath: diff.oldPath,
      status: diff.status,
      addedLines: diff.addedCount,
      removedLines: diff.removedCount,
    })),
    skipped: [
      ...input.skipped,
      ...input.files
        .filter((file) => !seen.includes(file))
        .map(({ diff }) => ({
          path: diff.path,
          reason: "not-reviewed" as const,
          addedLines: diff.addedCount,
          removedLines: diff.removedCount,
          detail: unseen?.get(diff.path),
        })),
    ],
    coverage: {
      reviewedLines: sum(seen.map(({ diff }) => diff.addedCount + diff.removedCount)),
      changedLines: changedLines + skippedLines,
    },
    notices: [...(input.notices ?? []), ...notices, ...runs.flatMap(({ outcome }) => outcome?.notices ?? [])],
    complete,
    ...lastOf(runs, "summary"),
    ...lastOf(runs, "spent"),
    durationMs: clock.now() - start,
  };
}

/** What a reviewer says while it looks is judged like all else, after what was said before it. */
function tellerFor(
  { name }: Reviewer,
  before: readonly FinishedRun[],
  input: ReviewInput,
  settings: ReviewSettings,
): ModelTeller | undefined {
  if (settings.onModel === undefined) return undefined;
  const run: ReviewerRun = { reviewer: name, outcome: "incomplete", problems: [], durationMs: 0 };
  return new ModelTeller(settings.onModel, (remarks) =>
    judge([...before, { run, remarks, outcome: undefined }], input, settings).shown.filter(({ reviewer }) => reviewer === name),
  );
}

interface FinishedRun {
  readonly run: ReviewerRun;
  readonly remarks: readonly Remark[];
  readonly outcome: ReviewerOutcome | undefined;
}

/** What only some reviewers have to say, from the last who does. */
function lastOf<K extends "summary" | "spent">(runs: readonly FinishedRun[], key: K): Pick<ReviewerOutcome, K> | undefined {
  const outcome = runs.findLast(({ outcome }) => outcome?.[key] !== undefined)?.outcome;
  return outcome === undefined ? undefined : ({ [key]: outcome[key] } as Pick<ReviewerOutcome, K>);
}

/** The files that some reviewer did not get to, with the reason; undefined when nobody can say which they are, and none counts as seen. */
function unseenFiles(runs: readonly FinishedRun[]): ReadonlyMap<string, string> | undefined {
  const unseen = new Map<string, string>();
  for (const { run, outcome } of runs) {
    if (run.outcome !== "complete" && outcome?.notReviewed === undefined) return undefined;
    for (const { path, detail } of outcome?.notReviewed ?? []) unseen.set(path, detail);
  }
  return unseen;
}

/** Who is told that the time is over gets so long to hand over what there is: the end of its time, where that is long enough. */
const lastWordMs = 250;

async function runReviewer(
  reviewer: Reviewer,
  { source, files, leftOut }: ReviewInput,
  budgetMs: Duration,
  { clock, signal }: ReviewSettings,
  teller: ModelTeller | undefined,
): Promise<FinishedRun> {
  const start = clock.now();
  const outOfTime = new AbortController();
  const giveUp = signal === undefined ? outOfTime.signal : AbortSignal.any([signal, outOfTime.signal]);
  // Everything that a reviewer has under way listens: a large change has more requests than Node takes for a leak.
  setMaxListeners(0, giveUp);
  const finish = (outcome: ReviewerRun["outcome"], problems: readonly string[], answer?: ReviewerOutcome): FinishedRun => ({
    run: { reviewer: reviewer.name, outcome, problems, durationMs: clock.now() - start },
    remarks: answer?.remarks ?? [],
    outcome: answer,
  });
  let expire: (() => void) | undefined;
  const expired = new Promise<"expired">((resolve) => {
    expire = () => resolve("expired");
  });
  let lastWord: { cancel(): void } | undefined;
  const timer = clock.after(Math.max(0, budgetMs > 8 * lastWordMs ? budgetMs - lastWordMs : budgetMs), () => {
    outOfTime.abort(new Error("out of time"));
    lastWord = clock.after(lastWordMs, () => expire?.());
  });
  const tell = teller === undefined ? undefined : (news: ReviewerNews): void => teller.tell(news);
  const late = budgetMs <= 0 ? "the time was over before it could begin" : `not finished after ${Math.round(budgetMs)} ms`;
  try {
    // A reviewer that does not listen to its signal is not waited for either.
    const answer = await Promise.race([reviewer.review({ source, files, leftOut, until: start + budgetMs }, giveUp, tell), expired]);
    if (answer === "expired") return finish("out-of-time", [late]);
    signal?.throwIfAborted();
    if (outOfTime.signal.aborted) return finish("out-of-time", [late, ...answer.problems], answer);
    return finish(answer.problems.length === 0 ? "complete" : "incomplete", answer.problems, answer);
  } catch (error) {
    signal?.throwIfAborted();
    if (outOfTime.signal.aborted) return finish("out-of-time", [late]);
    return finish("failed", [error instanceof Error ? error.message : String(error)]);
  } finally {
    timer.cancel();
    lastWord?.cancel();
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
  readonly untouched: Readonly<Record<Remark["side"], UntouchedLines>>;
  readonly suppressions: readonly InlineSuppression[];
}

function judge(
  runs: readonly FinishedRun[],
  input: ReviewInput,
  { policyFor, baseline = emptyBaseline, dismissed = new Map() }: ReviewSettings,
): Judgement {
  const files = new Map(input.files.map((file) => [file.diff.path, notesOn(file)]));
  const paths = new Set([...files.keys(), ...input.leftOut.map(({ diff }) => diff.path)]);
  const notices = unreasonedNotices(input.files);
  const remarks = runs
    .flatMap(({ run, remarks }, index) =>
      remarks
        .filter((remark) => !runs.slice(0, index).some((earlier) => earlier.remarks.some((said) => isSaidBy(said, remark))))
        .map((remark) => ({ ...remark, reviewer: run.reviewer })),
    )
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
      excerpt: excerptOf(remark, excerptSource(remark, notes, secrets)),
      fingerprint: fingerprints.next(fingerprintParts(remark, notes)),
    };
    const inline = notes?.suppressions.find((one) =>
      suppresses(one, finding.ruleId, finding.anchorLine, finding.anchorLine + finding.endLine - finding.startLine),
    );
    if (inline !== undefined) suppressed.push({ finding, by: "inline", reason: maskReason(inline.reason, secrets) });
    else if (baseline.fingerprints.has(finding.fingerprint)) suppressed.push({ finding, by: "baseline", reason: undefined });
    else if (dismissed.has(finding.fingerprint)) {
      const reason = dismissed.get(finding.fingerprint);
      suppressed.push({ finding, by: "dismissed", reason: reason === undefined ? undefined : maskReason(reason, secrets) });
    } else if (configured === "off") suppressed.push({ finding, by: "configuration", reason: "the rule is off" });
    else if (!reaches(finding, policy.show)) suppressed.push({ finding, by: "configuration", reason: `below ${policy.show}` });
    else if (compareConfidence(finding.confidence, policy.confidence) > 0) {
      suppressed.push({ finding, by: "configuration", reason: `less sure than ${policy.confidence}` });
    } else shown.push(finding);
  }
  return { shown: shown.toSorted((a, b) => compareSeverity(a.severity, b.severity) || byPlace(a, b)), suppressed, notices };
}

function notesOn(file: ChangedFile): FileNotes {
  const before = file.before?.split("\n") ?? [];
  const after = file.after?.split("\n") ?? [];
  const added = addedNumbers(file.diff);
  const removed = removedNumbers(file.diff);
  return {
    file,
    before,
    after,
    added,
    removed,
    untouched: { old: new UntouchedLines(before, removed), new: new UntouchedLines(after, added) },
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

/** Who comes first is believed first: what a rule says about some lines is not said again, and least of all milder, by who came later. */
function isSaidBy(said: Remark, remark: Remark): boolean {
  return (
    said.path === remark.path &&
    said.side === remark.side &&
    said.category === remark.category &&
    said.startLine <= remark.endLine &&
    remark.startLine <= said.endLine
  );
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

function fingerprintParts(remark: Remark, notes: FileNotes | undefined): FingerprintParts {
  const { ruleId, path, side, startLine } = remark;
  const lines = linesOf(remark, notes);
  return { ruleId, path, lines, untouchedTwins: () => notes?.untouched[side].countTwins(lines, startLine) ?? 0 };
}

function linesOf({ side, startLine, endLine }: Remark, notes: FileNotes | undefined): readonly string[] {
  const lines = side === "new" ? notes?.after : notes?.before;
  return lines?.slice(startLine - 1, Math.min(endLine, startLine + 50)) ?? [];
}

function excerptSource({ side }: Remark, notes: FileNotes | undefined, secrets: readonly string[]): ExcerptSource {
  if (side === "old") return { lines: notes?.before ?? [], looked: new Set(), secrets };
  return { lines: notes?.after ?? [], looked: notes?.added ?? new Set(), secrets };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
