import { lineRule } from "../../../kinds/index.ts";

export const nullComparison = lineRule({
  id: "sql/null-comparison",
  title: "A comparison with NULL is never true",
  category: "correctness",
  subcategory: "wrong-comparison",
  severity: "error",
  confidence: "high",
  languages: ["sql"],
  cwe: [697],
  match: /(?:=|<>|!=)\s*NULL\b/i,
  when: (found, line, lines) =>
    /\b(?:where|and|or|on|having|when|check)\b[^=]{0,80}$/i.test(`${lines[line - 2] ?? ""} ${found.input.slice(0, found.index)}`) &&
    !/\bset\b[^;]*$/i.test(
      lines
        .slice(Math.max(0, line - 6), line - 1)
        .join(" ")
        .replace(/[\s\S]*\bwhere\b/i, "") + found.input.slice(0, found.index).replace(/^.*\bwhere\b/i, ""),
    ) &&
    !/ansi_nulls/i.test(found.input),
  message: "NULL equals nothing, not even itself: this selects no row at all.",
  suggestion: "IS NULL, IS NOT NULL",
});
