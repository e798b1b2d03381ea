import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { compositionOf, isChecked, isFromRequest } from "../../../syntax/index.ts";

export const sqlText = syntaxRule({
  id: "javascript/sql-text",
  title: "SQL is put together with what a request holds",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [89],
  mentions: /select|insert|update|delete|where/i,
  find: [
    {
      all: [
        { kind: "template_string" },
        { not: { inside: { kind: "template_substitution" } } },
        { has: { kind: "template_substitution" } },
      ],
    },
    { all: [{ kind: "binary_expression" }, { not: { inside: { kind: "binary_expression" } } }, { regex: "[+]" }] },
  ],
  when: (node, { language }) => {
    if (language === undefined || /^(?:binary_expression|template_substitution)$/.test(String(node.parent()?.kind()))) return false;
    if (node.parent()?.kind() === "arguments" || node.parent()?.field("arguments")?.id() === node.id() || node.text().length > 4_000)
      return false;
    const built = compositionOf(node);
    return (
      built !== undefined &&
      statement.test(built.literal) &&
      built.parts.some((part) => isFromRequest(part, language, "sql") && !isChecked(part))
    );
  },
  message: "Whoever sends the request chooses what the database does.",
  suggestion: "Pass values as parameters (?, $1, :name).",
});

const statement =
  /^["'`]\s*(?:select\b[\s\S]{0,400}?\bfrom\b|insert\s+into\b|update\b[\s\S]{0,200}?\bset\b|delete\s+from\b|drop\s+(?:table|database)\b)/i;
