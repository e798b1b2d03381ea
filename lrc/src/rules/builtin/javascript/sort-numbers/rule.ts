import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

const listOfNumbers = verbose("i")`
  (number|price|amount|size|length|count|id|age|score|time|date|index|year|total|duration|latency)s\b
  | \.map\(\s*(Number|parseInt|parseFloat)\b
  | \[\s*\d+\s*,
`;

export const sortNumbers = syntaxRule({
  id: "javascript/sort-numbers",
  title: "Numbers are sorted as texts",
  category: "correctness",
  subcategory: "wrong-order",
  severity: "warning",
  confidence: "low",
  languages: scriptLanguages,
  mentions: /\.sort\(\)/,
  find: [
    {
      kind: "call_expression",
      all: [{ has: { field: "function", regex: "\\.sort$" } }, { has: { field: "arguments", regex: "^\\(\\s*\\)$" } }],
    },
  ],
  when: (node) => listOfNumbers.test(node.field("function")?.text() ?? ""),
  message: "Without a comparison sort() compares texts: 10 comes before 9.",
  suggestion: "sort((a, b) => a - b)",
});
