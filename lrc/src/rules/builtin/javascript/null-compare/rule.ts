import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";

export const nullCompare = syntaxRule({
  id: "javascript/null-compare",
  title: "null is told apart where undefined comes too",
  category: "correctness",
  subcategory: "wrong-comparison",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  mentions: /[!=]==\s*null/,
  find: [{ kind: "binary_expression", regex: "^\\w+(\\.\\w+)*\\.(get|find|match\\w*)\\([^()]*\\)\\s*[!=]==\\s*null$" }],
  when: (node) =>
    /\.(get|find)\(/.test(node.field("left")?.text() ?? "") &&
    !/(headers|params|searchParams|cookies|form|data|localStorage|sessionStorage|querySelector)\w*\.get\(/i.test(node.text()),
  message: "This gives undefined when there is nothing, so the comparison with null never holds.",
  suggestion: "Compare with undefined, or with == null for both.",
});
