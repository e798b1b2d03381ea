import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { assignmentsOf, isChecked, isFromRequest } from "../../../syntax/index.ts";

export const loopFromRequest = syntaxRule({
  id: "javascript/loop-from-request",
  title: "A request says how often a loop runs",
  category: "security",
  subcategory: "denial-of-service",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [834],
  mentions: /\bfor\b|\bwhile\b/,
  find: [{ any: [{ kind: "for_statement" }, { kind: "while_statement" }] }],
  when: (node, { language }) => {
    const condition = node.field("condition");
    if (condition === null || language === undefined || isChecked(condition)) return false;
    const bound = /([\w.[\]]+)\.length\b/.exec(condition.text())?.[1];
    if (bound === undefined) return false;
    const last = condition.findAll({ rule: { kind: "member_expression", regex: "\\.length$" } })[0]?.field("object");
    return last !== null &&
      last !== undefined &&
      /\.(?:body|query)\b/.test([last, ...assignmentsOf(last)].map((one) => one.text()).join(" ")) &&
      isFromRequest(last, language)
      ? condition
      : false;
  },
  message: "An object with a field named length can hold any number: the loop ends when the process does.",
  suggestion: "Check that it is an array (Array.isArray), and how long it is.",
});
