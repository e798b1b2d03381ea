import { callRule } from "../../../kinds/index.ts";
import { isChecked, isFromRequest } from "../../../syntax/index.ts";

export const tableFormula = callRule({
  id: "python/table-formula",
  title: "A request writes formulas into a table",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: ["python"],
  cwe: [1236],
  mentions: /\bcsv\b/,
  callee: /\.writerows?$/,
  when: ({ arguments: [row] }) => row !== undefined && !isChecked(row) && isFromRequest(row, "python"),
  message:
    "A cell that begins with =, +, - or @ is a formula for whoever opens the table: it sends what is in it elsewhere, or starts programs.",
  suggestion: "Put an apostrophe before such cells, or use defusedcsv.",
});
