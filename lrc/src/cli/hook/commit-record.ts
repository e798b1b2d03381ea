import {
  type Answer,
  type Attestation,
  afterReview,
  coveredBy,
  formatVerdict,
  parseSession,
  type ReviewSession,
  type Verdict,
} from "#decision";
import type { StateFolder } from "#history";
import type { Review } from "#review";
import { type PageAnswer, PageAnswers } from "./page-answers.ts";

const sessionFile = "session.json";
/** The seal of an index, and its tree. The hooks' own scripts know this name too. */
const sealFile = "index-tree";

export interface CommitRecordOptions {
  /** What is known of trees and reviews. */
  readonly common: StateFolder;
  /** What the next commit of this worktree finds: another worktree may commit the same tree at the same time. */
  readonly worktree: StateFolder;
  /** What HEAD names; "" before the first commit. */
  readonly head: string;
  /** What is going to be committed. */
  readonly tree: string;
  /** The end of the index that this tree was read from: commit-msg knows by it that it still is the same. */
  readonly seal?: string | undefined;
  readonly writesTrailer: boolean;
  /** The commit gets a note with the attestation. */
  readonly writesNote: boolean;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** What a review has looked at, by content (see `lineKeys` and `changeId`). */
export interface ReviewedLines {
  readonly review: Review;
  readonly keys: readonly string[];
  readonly changeId: string | undefined;
}

/**
 * What one run of the hook leaves behind: the line that commit-msg will write, the attestation that post-commit will bind, and a record in the journal.
 * Each is optional: a disk that is full or read-only costs the record, never the commit.
 */
export class CommitRecord {
  readonly common: StateFolder;
  readonly #options: CommitRecordOptions;
  #changeId: string | undefined;
  #session: ReviewSession | undefined;

  constructor(options: CommitRecordOptions) {
    this.common = options.common;
    this.#options = options;
  }

  /** The same for another tree: something was changed on the way. */
  for(tree: string): CommitRecord {
    return new CommitRecord({ ...this.#options, tree, seal: undefined });
  }

  /** Leaves what was asked for on the page: a message for commit-msg, a push for post-commit. Both hold for this tree only. */
  asked(answer: PageAnswer): void {
    const { worktree, time, tree } = this.#options;
    optional(() => new PageAnswers(worktree, time).leave(tree, answer));
  }

  /** What was attested for this very tree before. */
  earlierAttestation(): string | undefined {
    return this.common.read(`attestations/${this.#options.tree}.json`);
  }

  /** A review came to its end. Returns which iteration it was, and how many of its lines this or an earlier one has covered. */
  reviewed({ review, keys, changeId }: ReviewedLines): { readonly iterations: number; readonly reviewedLines: number } {
    const { worktree, head, tree } = this.#options;
    this.#changeId = changeId;
    const session = this.#openSession();
    if (!review.complete)
      return { iterations: session?.head === head ? session.trees.length : 0, reviewedLines: coveredBy(session, head, keys) };
    const next = afterReview(session, head, tree, keys);
    this.#session = next;
    optional(() => worktree.write(sessionFile, JSON.stringify(next)));
    return { iterations: next.trees.length, reviewedLines: keys.length };
  }

  /** What was reviewed on the way to a commit that is not made yet: when one is, its line is taken away. */
  #openSession(): ReviewSession | undefined {
    const session = parseSession(this.#options.worktree.read(sessionFile) ?? "");
    if (session?.passed === undefined) return session;
    return this.#options.worktree.read(`trailers/${session.passed}`) === undefined ? undefined : session;
  }

  /** Somebody or something decided. */
  decided(review: Review, answer: Answer, verdict: Verdict): void {
    const { tree, head, time, worktree } = this.#options;
    const session = this.#session;
    if (session !== undefined && answer !== "abort")
      optional(() => worktree.write(sessionFile, JSON.stringify({ ...session, passed: tree })));
    // Nobody asks the history for files that were left out, and an import may leave out a hundred thousand.
    const record = { kind: "review", time, tree, head, changeId: this.#changeId, answer, verdict, review: { ...review, skipped: [] } };
    optional(() => this.common.append("journal.ndjson", `${JSON.stringify(record)}\n`));
    if (answer === "abort") this.forgetCommit();
    else this.verdict(verdict);
  }

  /** Leaves a verdict for the commit that is going to be made. */
  verdict(verdict: Verdict): void {
    const { tree, head } = this.#options;
    const attestation: Attestation = { version: 1, tree, head, changeId: this.#changeId, verdict };
    optional(() => this.common.write(`attestations/${tree}.json`, `${JSON.stringify(attestation)}\n`));
    this.again(verdict);
  }

  /** Leaves the verdict that was attested before for a commit that is made anew. */
  again(verdict: Verdict): void {
    const { worktree, tree, writesNote } = this.#options;
    optional(() => (writesNote ? worktree.write(`notes/${tree}`, "") : worktree.remove(`notes/${tree}`)));
    this.trailer(verdict);
  }

  /** Leaves only the line. */
  trailer(verdict: Verdict): void {
    const { tree, seal, writesTrailer, worktree } = this.#options;
    if (writesTrailer) optional(() => worktree.write(`trailers/${tree}`, `${formatVerdict(verdict)}\n`));
    else optional(() => worktree.remove(`trailers/${tree}`));
    if (writesTrailer && seal !== undefined) optional(() => worktree.write(sealFile, `${seal}\n${tree}\n`));
  }

  /** Takes away what a commit of this tree would find, if one is made. */
  forgetCommit(): void {
    const { tree, worktree } = this.#options;
    for (const name of [`trailers/${tree}`, `notes/${tree}`]) optional(() => worktree.remove(name));
  }
}

function optional(action: () => void): void {
  try {
    action();
  } catch {
    // What cannot be recorded is not recorded; the review itself has been shown.
  }
}
