import type { Rule } from "../rule.ts";

/** One rule that is found in several ways: as a call, and as a shape or a line. What is said about it is what the first says. */
export function severalRules(first: Rule, ...others: readonly Rule[]): Rule {
  const all = [first, ...others];
  const { id, title, category, subcategory, severity, confidence, languages, cwe } = first;
  return {
    ...{ id, title, category, subcategory, severity, confidence, languages },
    ...(cwe === undefined ? {} : { cwe }),
    scope: "file",
    check(file, report, change) {
      for (const rule of all) if (rule.scope === "file") void rule.check(file, report, change);
    },
  };
}
