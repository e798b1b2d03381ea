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

/** What a rule answers about a place that may well be all right: who wants to see everything is told, nobody else. */
export type Doubtful = "doubtful";

/** How such a place is reported. */
export const doubt = { severity: "info", confidence: "low" } as const satisfies Pick<RuleReport, "severity" | "confidence">;
