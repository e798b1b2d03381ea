export { type Baseline, emptyBaseline, formatBaseline, parseBaseline } from "./baseline.ts";
export type { Memory } from "./cache/review-memory.ts";
export type { Excerpt, Finding, SuppressedFinding } from "./finding.ts";
export { isEmptyTalk } from "./findings/empty-talk.ts";
export { likeness } from "./findings/samples.ts";
export { IgnoreList } from "./ignore-list.ts";
export { maskReason } from "./masking.ts";
export type { AskedModel, ModelEvent } from "./model-event.ts";
export { blocks, compareConfidence, compareSeverity, defaultPolicy, type ReviewPolicy, reaches } from "./policy.ts";
export { printable, printableLine } from "./printable.ts";
export type { RuleText } from "./prompt/repository-rules.ts";
export type { Remark } from "./remark.ts";
export type {
  Review,
  ReviewCoverage,
  ReviewedFile,
  ReviewerRun,
  ReviewSource,
  ReviewSummary,
  SkippedFile,
  SkipReason,
} from "./review.ts";
export { type ReviewInput, type ReviewProgress, type ReviewSettings, reviewChange } from "./review-change.ts";
export type { NotReviewed, Reviewer, ReviewerOutcome, ReviewRequest } from "./reviewer.ts";
export { type ModelPreview, ModelReviewer } from "./reviewers/model-reviewer.ts";
export { RuleReviewer } from "./rule-reviewer.ts";
export { type Candidate, defaultLimits, type LeftOut, reasonToSkip, reasonToSkipText, type SelectionLimits } from "./selection.ts";
