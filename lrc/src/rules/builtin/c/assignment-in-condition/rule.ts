import { lineRule } from "../../../kinds/index.ts";

export const assignmentInCondition = lineRule({
  id: "c/assignment-in-condition",
  title: "A condition assigns where it should compare",
  category: "correctness",
  subcategory: "wrong-operator",
  severity: "error",
  confidence: "medium",
  languages: ["c", "cpp", "php"],
  cwe: [481],
  match: /\bif\s*\(\s*!?[\w>.$[\]-]{1,60}\s*=\s*(?:-?\d+|NULL|nullptr|true|false|null|'[^']*'|[A-Z][A-Z0-9_]{2,})\s*\)/,
  message: "This sets the value and asks whether what was set is true.",
  suggestion: "Compare with ==.",
});
