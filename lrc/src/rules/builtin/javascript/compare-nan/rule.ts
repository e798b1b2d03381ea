import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";

export const compareNan = syntaxRule({
  id: "javascript/compare-nan",
  title: "A comparison with NaN is always false",
  category: "correctness",
  subcategory: "wrong-comparison",
  severity: "error",
  confidence: "high",
  languages: scriptLanguages,
  cwe: [697],
  mentions: /NaN/,
  find: [
    { kind: "binary_expression", regex: "^[^=!<>]*(===?|!==?)\\s*(Number\\.)?NaN$" },
    { kind: "binary_expression", regex: "^(Number\\.)?NaN\\s*(===?|!==?)" },
  ],
  message: "NaN is equal to nothing, itself included: this is never true (and != always is).",
  suggestion: "Use Number.isNaN(value).",
});
