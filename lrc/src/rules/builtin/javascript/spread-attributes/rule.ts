import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { isFromRequest, isHandedIn, scopeOf } from "../../../syntax/index.ts";

const spread = { kind: "spread_element", inside: { kind: "jsx_expression" } };

export const spreadAttributes = syntaxRule({
  id: "javascript/spread-attributes",
  title: "An element is given every attribute that somebody else chose",
  category: "security",
  subcategory: "cross-site-scripting",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [79],
  mentions: /\{\s*\.\.\./,
  find: { javascript: [spread], tsx: [spread] },
  when: (node, { language }) => {
    const element = node.parent()?.parent();
    const value = node.children().find((child) => child.isNamed());
    // A component decides what it does with what it is given.
    if (value === undefined || language === undefined || !/^[a-z]/.test(element?.field("name")?.text() ?? "")) return false;
    if (!/^(?:identifier|member_expression|call_expression)$/.test(String(value.kind()))) return false;
    if (isFromRequest(value, language, "html")) return "likely";
    // What is left when some were taken out was thought of.
    const list = scopeOf(node).field("parameters")?.text() ?? "";
    if (value.kind() === "identifier" && new RegExp(`\\.\\.\\.\\s*${value.text()}\\b`).test(list.slice(0, 2_000))) return false;
    return /^this\.props\b/.test(value.text()) || /^JSON\.parse\(/.test(value.text()) || isHandedIn(value, language, "html");
  },
  message: "dangerouslySetInnerHTML, href and the handlers of events are attributes, too: who chooses the names chooses what runs.",
  suggestion: "Name the attributes that the element may have.",
});
