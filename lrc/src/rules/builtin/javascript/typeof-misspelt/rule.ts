import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";

export const typeofMisspelt = syntaxRule({
  id: "javascript/typeof-misspelt",
  title: "typeof is compared with something it never says",
  category: "correctness",
  subcategory: "wrong-comparison",
  severity: "error",
  confidence: "high",
  languages: scriptLanguages,
  cwe: [697],
  mentions: /typeof/,
  find: [
    { kind: "binary_expression", all: [{ has: { field: "left", regex: "^typeof\\b" } }, { has: { field: "right", kind: "string" } }] },
  ],
  when: (node) =>
    /^[=!]==?$/.test(node.field("operator")?.text() ?? "") &&
    !/^["'](undefined|object|boolean|number|string|function|symbol|bigint|unknown)["']$/.test(node.field("right")?.text() ?? ""),
  message: "typeof never says this, so the comparison always has the same result.",
  suggestion: "It says undefined, object, boolean, number, string, function, symbol or bigint; arrays and null are objects.",
});
