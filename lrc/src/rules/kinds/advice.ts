import type { RuleDescription, RuleReport } from "../rule.ts";

/** What a rule is and what it says, for rules that always say the same. */
export interface Advice extends RuleDescription {
  readonly message: string;
  readonly suggestion?: string;
}

/** The words of a report. */
export function wordsOf({ message, suggestion }: Advice): { readonly message: string; readonly suggestion?: string } {
  return suggestion === undefined ? { message } : { message, suggestion };
}

/** What a rule says about itself, without what only its check needs. */
export function descriptionOf(advice: Advice): RuleDescription {
  const { id, title, category, subcategory, severity, confidence, languages, cwe } = advice;
  return { id, title, category, subcategory, severity, confidence, languages, ...(cwe === undefined ? {} : { cwe }) };
}

/**
 * What a rule answers about a place it is less sure of than usual. `doubtful`: it may well be all right, so who wants to see everything is told, nobody
 * else. `likely`: it is wrong where callers let through what they should not, so it is a warning, whatever the rule's own severity.
 */
export type Doubtful = "doubtful" | "likely";

const levels = {
  doubtful: { severity: "info", confidence: "low" },
  likely: { severity: "warning", confidence: "medium" },
} as const satisfies Record<Doubtful, Pick<RuleReport, "severity" | "confidence">>;

/** How a place is reported that a rule answered this about, where that is not as usual. */
export function levelOf(answer: unknown): Partial<Pick<RuleReport, "severity" | "confidence">> {
  return answer === "doubtful" || answer === "likely" ? levels[answer] : {};
}
