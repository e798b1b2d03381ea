import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const dynamicStatement = lineRule({
  id: "sql/dynamic-statement",
  title: "A statement is put together in the database",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: ["sql"],
  cwe: [89],
  match: verbose("i")`
    \bEXEC(?:UTE)?\s*(?:IMMEDIATE\s*)?\(?\s*(?:N?'(?:[^']|''){0,200}'\s*(?:\+|\|\|)\s*[@:\w]|@\w+\s*\+)
    | \bsp_executesql\s+N?'[^']{0,200}'\s*\+
  `,
  unless: /quote_ident|quote_literal|QUOTENAME|format\s*\(/i,
  message: "A value becomes part of the statement, just as it would in a program.",
  suggestion: "Use parameters (sp_executesql with its list, EXECUTE … USING), QUOTENAME or quote_ident for names.",
});
