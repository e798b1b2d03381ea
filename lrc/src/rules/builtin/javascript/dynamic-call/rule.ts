import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { isChecked, isFromRequest, isHandedIn } from "../../../syntax/index.ts";

export const dynamicCall = syntaxRule({
  id: "javascript/dynamic-call",
  title: "A request names what is called",
  category: "security",
  subcategory: "unsafe-reflection",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [94, 470],
  mentions: /\]\s*\(/,
  find: [{ kind: "call_expression", has: { field: "function", kind: "subscript_expression" } }],
  when: (node, { language }) => {
    const name = node.field("function")?.field("index");
    if (language === undefined || name === null || name === undefined || isChecked(name)) return false;
    if (isFromRequest(name, language)) return true;
    return (
      /^[a-zA-Z_$][\w$]*$/.test(name.text()) && !/^(?:i|j|k|n|idx|index)$/.test(name.text()) && isHandedIn(name, language) && "doubtful"
    );
  },
  message: "Every function of the object can be called by name, those it inherits included: constructor makes functions of text.",
  suggestion: "Keep the functions that may be called in a Map and look them up there.",
});
