import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { assignmentsOf, textAround, writtenText } from "../../../syntax/index.ts";

export const scriptIntegrity = syntaxRule({
  id: "javascript/script-integrity",
  title: "A script of another host is run without a check of what it is",
  category: "security",
  subcategory: "missing-integrity",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [353, 829],
  mentions: /\.src\b|setAttribute|<script/,
  find: {
    javascript: [
      { kind: "assignment_expression", has: { field: "left", regex: "^\\w+\\.src$" } },
      { kind: "jsx_opening_element", has: { field: "name", regex: "^script$" } },
      { kind: "jsx_self_closing_element", has: { field: "name", regex: "^script$" } },
    ],
    typescript: [{ kind: "assignment_expression", has: { field: "left", regex: "^\\w+\\.src$" } }],
    tsx: [
      { kind: "assignment_expression", has: { field: "left", regex: "^\\w+\\.src$" } },
      { kind: "jsx_opening_element", has: { field: "name", regex: "^script$" } },
      { kind: "jsx_self_closing_element", has: { field: "name", regex: "^script$" } },
    ],
  },
  when: (node) => {
    if (/^jsx/.test(String(node.kind())))
      return /\ssrc=(?:\{\s*)?["'`](?:https?:)?\/\//.test(node.text()) && !/\sintegrity=|\{\s*\.\.\./.test(node.text());
    const element = node.field("left")?.field("object");
    const address = node.field("right");
    if (element === null || element === undefined || address === null) return false;
    if (!assignmentsOf(element).some((value) => /\.createElement\(\s*["'`]script["'`]/.test(value.text().slice(0, 120)))) return false;
    if (!/^["'`]?(?:https?:)?\/\/\w/.test(writtenText(address) || address.text())) return false;
    return !new RegExp(`\\b${element.text()}\\.(?:integrity\\s*=|setAttribute\\(\\s*["'\`]integrity)`).test(textAround(node));
  },
  message: "Whoever gets at that host, or pays for its name when it runs out, runs script in this page.",
  suggestion: "Serve it yourself, or give the element the integrity of the version that you looked at, and crossorigin.",
});
