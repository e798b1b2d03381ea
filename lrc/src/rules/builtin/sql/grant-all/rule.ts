import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const grantAll = lineRule({
  id: "sql/grant-all",
  title: "All rights are granted",
  category: "security",
  subcategory: "excessive-permission",
  severity: "warning",
  confidence: "medium",
  languages: ["sql"],
  cwe: [250, 732],
  match: verbose("i")`
    \bGRANT\s+ALL\b[^;]{0,160}\bON\s+(?:\*\.\*|DATABASE|ALL\s+TABLES|SCHEMA)
    | \bGRANT\b[^;]{0,160}\bTO\s+(?:PUBLIC|'%'|''@)
    | \bWITH\s+SUPERUSER\b
    | \bALTER\s+(?:USER|ROLE)\s+\w+\s+(?:WITH\s+)?SUPERUSER
  `,
  message: "Whoever comes in as this user can change and delete everything.",
  suggestion: "Grant what the program does: SELECT, INSERT, on its own tables.",
});
