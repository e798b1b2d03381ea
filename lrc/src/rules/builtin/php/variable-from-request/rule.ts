import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const variableFromRequest = lineRule({
  id: "php/variable-from-request",
  title: "Variables are made from a request",
  category: "security",
  subcategory: "mass-assignment",
  severity: "error",
  confidence: "high",
  languages: ["php"],
  cwe: [621, 915],
  match: verbose`
    \bextract\s*\(\s*\$_(?:GET|POST|REQUEST|COOKIE)
    | \bparse_str\s*\(\s*\$_SERVER\[['"]QUERY_STRING['"]\]\s*\)
    | \$\$_(?:GET|POST|REQUEST) | \$\{\s*\$_(?:GET|POST|REQUEST)
  `,
  message: "A request can set every variable of this function, the one that says who is logged in too.",
  suggestion: "Take the values that are wanted, by their names.",
});
