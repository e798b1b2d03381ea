import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";

export const openCors = callRule({
  id: "javascript/open-cors",
  title: "Every site may ask and read the answers",
  category: "security",
  subcategory: "cors",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [346, 942],
  mentions: /cors|Cors/,
  callee: inScript(/^cors$|\.enableCors$/),
  when: ({ arguments: values }) => values.length === 0,
  message: "Without settings all origins are allowed: what this answers to one page it answers to all.",
  suggestion: "Name the origins that are meant.",
});
