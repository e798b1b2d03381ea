import { syntaxRule } from "../../../kinds/index.ts";

export const noWhere = syntaxRule({
  id: "sql/no-where",
  title: "All rows are changed or deleted",
  category: "reliability",
  subcategory: "data-loss",
  severity: "warning",
  confidence: "medium",
  languages: ["sql"],
  cwe: [1220],
  mentions: /\b(delete\s+from|update)\b/i,
  find: [{ kind: "statement", regex: "(?i)^\\s*(delete\\s+from|update\\s+)" }],
  when: (node) =>
    !/\bwhere\b|\blimit\b|\bjoin\b|\bon\s+(?:update|delete|conflict)\b/i.test(node.text()) &&
    /^\s*(?:delete\s+from\s+[\w."`[\]]+\s*;?|update\s+[\w."`[\]]+\s+set\s+[\s\S]+)$/i.test(node.text()),
  message: "Without WHERE this is about every row of the table.",
  suggestion: "Say which rows are meant; if all are, TRUNCATE, or WHERE true, says so.",
});
