import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { compositionOf } from "../../../syntax/index.ts";

export const scriptAddress = syntaxRule({
  id: "javascript/script-address",
  title: "An address that is run as script is put together",
  category: "security",
  subcategory: "cross-site-scripting",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [79, 95],
  mentions: /javascript:/i,
  find: [
    { all: [{ kind: "template_string" }, { not: { inside: { kind: "template_substitution" } } }, { regex: "^.\\s*(?i:javascript):" }] },
    { all: [{ kind: "binary_expression" }, { not: { inside: { kind: "binary_expression" } } }, { regex: "^.\\s*(?i:javascript):" }] },
  ],
  when: (node) => !/^(?:binary_expression)$/.test(String(node.parent()?.kind())) && compositionOf(node) !== undefined,
  message: "Everything behind javascript: is code, and part of it is not written here.",
  suggestion: "Listen for the click, and give the value to a function.",
});
