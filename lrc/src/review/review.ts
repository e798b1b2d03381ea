import type { SpentOn } from "#connectors";
import type { FileStatus } from "#diff";
import type { Finding, SuppressedFinding } from "./finding.ts";

/** What was asked to be reviewed. */
export interface ReviewSource {
  readonly kind: "staged" | "working" | "commit" | "range" | "base" | "diff-file";
  /** For a reader: "staged changes", "a1b2c3d", "main..feature". */
  readonly label: string;
}

/** A file whose changed lines were all offered to the reviewers. */
export interface ReviewedFile {
  readonly path: string;
  readonly oldPath: string | undefined;
  readonly status: FileStatus;
  readonly addedLines: number;
  readonly removedLines: number;
}

/** Why nobody looked at a file. */
export type SkipReason =
  | "ignored"
  | "binary"
  | "submodule"
  | "symlink"
  | "lfs-pointer"
  | "generated"
  | "lockfile"
  | "too-large"
  | "long-lines"
  | "not-reviewed";

/** A file that was left out, and why. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: SkipReason;
  readonly addedLines: number;
  readonly removedLines: number;
  /** More about the reason, for a reader ("3.1 MiB", "named by .lrc/ignore:4"). */
  readonly detail: string | undefined;
}

/** How a reviewer fared. Only what a `complete` run looked at counts as reviewed. */
export interface ReviewerRun {
  readonly reviewer: string;
  readonly outcome: "complete" | "incomplete" | "failed" | "out-of-time";
  /** What was not done, a line each. */
  readonly problems: readonly string[];
  readonly durationMs: number;
}

/** How much of the change was really looked at, in changed lines (added and removed). */
export interface ReviewCoverage {
  readonly reviewedLines: number;
  readonly changedLines: number;
}

/** A change in a few words, by a model. */
export interface ReviewSummary {
  /** Imperative, one line. */
  readonly title: string;
  readonly overview: string;
  /** Technical, the most important first. */
  readonly highlights: readonly string[];
  /** Who or what behaves differently now. */
  readonly impact: readonly string[];
  readonly risks: readonly string[];
}

/** The result of a review: everything that is shown, stored or decided upon is in here. */
export interface Review {
  readonly source: ReviewSource;
  readonly reviewers: readonly ReviewerRun[];
  /** Worst first, then by path and line. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly files: readonly ReviewedFile[];
  readonly skipped: readonly SkippedFile[];
  readonly coverage: ReviewCoverage;
  /** Things a reader should know, a sentence each ("this change edits .lrc/: the version at HEAD was used"). */
  readonly notices: readonly string[];
  /** Every reviewer ran to its end. */
  readonly complete: boolean;
  /** Only where a model was asked for one. */
  readonly summary?: ReviewSummary;
  /** What models used, if any were asked. */
  readonly spent?: readonly SpentOn[];
  readonly durationMs: number;
}
