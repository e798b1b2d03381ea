import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { assignmentsOf, compositionOf, isChecked, isFromRequest, type SyntaxNode } from "../../../syntax/index.ts";

export const scriptAddress = syntaxRule({
  id: "javascript/script-address",
  title: "An address that is run as script is put together",
  category: "security",
  subcategory: "cross-site-scripting",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [79, 95],
  mentions: /javascript:|\.src\b/i,
  find: [
    { all: [{ kind: "template_string" }, { not: { inside: { kind: "template_substitution" } } }, { regex: "^.\\s*(?i:javascript):" }] },
    { all: [{ kind: "binary_expression" }, { not: { inside: { kind: "binary_expression" } } }, { regex: "^.\\s*(?i:javascript):" }] },
    { kind: "assignment_expression", has: { field: "left", regex: "^\\w+\\.src$" } },
  ],
  when: (node, { language }) => {
    const left = node.field("left");
    const value = node.field("right");
    if (node.kind() === "assignment_expression" && left !== null && value !== null && language !== undefined)
      return isScriptElement(left.field("object")) && isFromRequest(value, language, "address") && !isChecked(value);
    return !/^(?:binary_expression)$/.test(String(node.parent()?.kind())) && compositionOf(node) !== undefined;
  },
  message: "Everything behind javascript:, and all that a script element loads, is code, and part of the address is not written here.",
  suggestion: "Listen for the click and give the value to a function; load scripts from addresses of your own.",
});

/** What was made as an element that runs what it is given the address of. */
function isScriptElement(element: SyntaxNode | null): boolean {
  return (
    element !== null &&
    assignmentsOf(element).some((value) => /\.createElement\(\s*["'`](?:script|iframe)["'`]/.test(value.text().slice(0, 120)))
  );
}
