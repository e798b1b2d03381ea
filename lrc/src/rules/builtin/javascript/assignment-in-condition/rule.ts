import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";

export const assignmentInCondition = syntaxRule({
  id: "javascript/assignment-in-condition",
  title: "A condition assigns where it should compare",
  category: "correctness",
  subcategory: "wrong-operator",
  severity: "error",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [481],
  mentions: /if\s*\([^)=]*=[^=>]/,
  find: [
    { kind: "assignment_expression", inside: { kind: "parenthesized_expression", inside: { kind: "if_statement", field: "condition" } } },
  ],
  when: (node) =>
    node.parent()?.parent()?.kind() === "if_statement" &&
    /^(["'`\d]|true|false|null|undefined|[A-Z_]{3,}$)/.test(node.field("right")?.text() ?? ""),
  message: "This sets the value and asks whether what was set is true: the condition does not depend on what was there.",
  suggestion: "Compare with ===.",
});
