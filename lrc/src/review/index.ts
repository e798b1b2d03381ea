export type { Excerpt, Finding, SuppressedFinding } from "./finding.ts";
export type {
  Remark,
  Review,
  ReviewCoverage,
  ReviewedFile,
  Reviewer,
  ReviewerOutcome,
  ReviewerRun,
  ReviewRequest,
  ReviewSource,
  SkippedFile,
  SkipReason,
} from "./review.ts";
