import type { Confidence, Severity } from "#rules";
import type { Finding } from "./finding.ts";

/** What of a review is shown and what stops a commit. Ranks count from 0, the worst and the surest. */
export interface ReviewPolicy {
  /** Findings that are less severe than this are not shown. */
  readonly show: Severity;
  /** Findings that are less sure than this are not shown. */
  readonly confidence: Confidence;
  /** Rules that are switched off, or have another severity here. */
  readonly rules: ReadonlyMap<string, Severity | "off">;
}

/** Quiet: what a maintainer would call a remark stays away until somebody asks for it. */
export const defaultPolicy: ReviewPolicy = { show: "warning", confidence: "medium", rules: new Map() };

const severityRanks: Readonly<Record<Severity, number>> = { critical: 0, error: 1, warning: 2, info: 3 };
const confidenceRanks: Readonly<Record<Confidence, number>> = { high: 0, medium: 1, low: 2 };

/** Negative when `a` is worse than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severityRanks[a] - severityRanks[b];
}

/** Negative when `a` is surer than `b`. */
export function compareConfidence(a: Confidence, b: Confidence): number {
  return confidenceRanks[a] - confidenceRanks[b];
}

/** Whether a finding is at least as severe as `level`. */
export function reaches({ severity }: Pick<Finding, "severity">, level: Severity): boolean {
  return compareSeverity(severity, level) <= 0;
}

/** Whether a finding stops a commit: bad enough, and beyond reasonable doubt. What only a model says is never beyond that. */
export function blocks(finding: Pick<Finding, "severity" | "confidence" | "reviewer">, level: Severity | "never"): boolean {
  return level !== "never" && finding.confidence === "high" && finding.reviewer !== "model" && reaches(finding, level);
}
