import type { Instant } from "kit/clock";
import type { SpentOn } from "#connectors";
import type { ChangedFile } from "#diff";
import type { LeftOutFile } from "#rules";
import type { ReviewerNews } from "./model-event.ts";
import type { Remark } from "./remark.ts";
import type { ReviewSource, ReviewSummary } from "./review.ts";

/** What reviewers are asked to look at. */
export interface ReviewRequest {
  readonly source: ReviewSource;
  readonly files: readonly ChangedFile[];
  /** What is in the change and was not read. */
  readonly leftOut: readonly LeftOutFile[];
  /** When the time for it is over, by the clock of the review. */
  readonly until?: Instant;
}

/**
 * Looks at a change and says what it thinks: offline rules today, a model behind the same door. Rejects only with `signal`'s reason or
 * because of a fault of its own; the review then goes on without it and says so.
 */
export interface Reviewer {
  /** One word. */
  readonly name: string;
  /** `tell`: who takes its time says what it does and has found so far; what it resolves to is what holds. */
  review(request: ReviewRequest, signal: AbortSignal, tell?: (news: ReviewerNews) => void): Promise<ReviewerOutcome>;
}

export interface ReviewerOutcome {
  readonly remarks: readonly Remark[];
  /** What it could not look at, a line each. */
  readonly problems: readonly string[];
  /** The files that `problems` are about, where they are not about everything. */
  readonly notReviewed?: readonly NotReviewed[];
  /** For the reader of the review, a sentence each. */
  readonly notices?: readonly string[];
  readonly summary?: ReviewSummary;
  readonly spent?: readonly SpentOn[];
}

/** A file that a reviewer did not get to. */
export interface NotReviewed {
  readonly path: string;
  readonly detail: string;
}
