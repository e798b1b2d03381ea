import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isFromRequest } from "../../../syntax/index.ts";

export const regexFromRequest = callRule({
  id: "javascript/regex-from-request",
  title: "A regular expression is made from a request",
  category: "security",
  subcategory: "regex-injection",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [1333],
  mentions: /RegExp|match|search/,
  callee: inScript(/^(new )?RegExp$|\.(match|matchAll|search)$/),
  when: ({ arguments: values, language, callee }) =>
    !/^\w*(?:router?|index|client|ldap|elastic|algolia)\w*\./i.test(callee) &&
    (/RegExp$/.test(callee) || values.length === 1) &&
    values[0] !== undefined &&
    isFromRequest(values[0], language) &&
    !/escape/i.test(values[0].text()),
  message: "A pattern from outside can be one that takes minutes for a short text, and with it this whole process.",
  suggestion: "Escape it if a text is meant; search with includes.",
});
