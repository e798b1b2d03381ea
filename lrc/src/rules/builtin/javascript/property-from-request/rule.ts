import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { assignmentsOf, isChecked, isFromRequest, type SyntaxNode } from "../../../syntax/index.ts";

export const propertyFromRequest = syntaxRule({
  id: "javascript/property-from-request",
  title: "A request names the field that is written",
  category: "security",
  subcategory: "prototype-pollution",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [915, 1321],
  mentions: /\]\s*(?:[|&?+]{0,2})=|defineProperty/,
  find: [
    {
      any: [{ kind: "assignment_expression" }, { kind: "augmented_assignment_expression" }],
      has: { field: "left", kind: "subscript_expression" },
    },
  ],
  when: (node, { language }) => {
    if (language === undefined) return false;
    const index = node.field("left")?.field("index");
    const isNamed = (value: SyntaxNode): boolean =>
      isFromRequest(value, language, "code") &&
      !/^(?:\+|Number\(|["'`][\w.:-]+["'`]?\s*\+|`[\w.:-]+\$)/.test(value.text()) &&
      !isChecked(value);
    const object = node.field("left")?.field("object");
    if (object !== null && object !== undefined && /^new Map|^Object\.create\(null\)/.test(assignmentsOf(object)[0]?.text() ?? ""))
      return false;
    return index !== null && index !== undefined && isNamed(index);
  },
  message: "With __proto__ for a name it is the prototype of all objects that is written to; with others, what nobody meant to be changed.",
  suggestion: "Use a Map, or compare the name with those that are meant.",
});
