import { lineRule } from "../../../kinds/index.ts";

export const statementFilled = lineRule({
  id: "java/statement-filled",
  title: "A mapper puts a value into its statement as it is",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: ["java"],
  cwe: [89],
  match: /@(?:Select|Insert|Update|Delete)\(\s*\{?\s*"[^"\n]{0,400}\$\{\s*\w/,
  unless: /\$\{\s*(?:table|tableName|schema|ew\.)\w*/,
  message:
    "MyBatis puts what stands behind a dollar and a brace into the text of the statement: whoever chooses it chooses what the database does.",
  suggestion: "Write a hash sign instead of the dollar: that is sent as a parameter.",
});
