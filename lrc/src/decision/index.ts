export { type Attestation, parseAttestation } from "./attestation.ts";
export { changeId, type UnreadFile } from "./change-id.ts";
export { type ChangedLine, coveragePercent, lineKeys } from "./coverage.ts";
export { type Answer, beginning, type DecidedBy, type DecisionEvent, type DecisionState, decide } from "./decision-machine.ts";
export { afterReview, coveredBy, parseSession, type ReviewSession } from "./iterations.ts";
export {
  appendLine,
  formatVerdict,
  isByHand,
  isEmptyMessage,
  onlyOurLineDiffers,
  parseVerdict,
  trailerName,
  type Verdict,
  verdictOf,
  withoutComments,
} from "./trailer.ts";
