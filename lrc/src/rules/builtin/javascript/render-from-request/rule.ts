import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";

export const renderFromRequest = callRule({
  id: "javascript/render-from-request",
  title: "A request gives a template its settings",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [73, 94],
  mentions: /\.render\(/,
  callee: inScript(/^(res|response|reply|ctx)\.(render|view)$/),
  when: ({ arguments: [, data] }) =>
    data !== undefined &&
    /^(?:req|request|ctx\.request)\.(?:body|query|params)$|^\{\s*\.\.\.(?:req|request)\.(?:body|query)\b/.test(data.text()),
  message:
    "Template engines take settings such as layout and cache from the same object: a request can name a file to show, or code to run.",
  suggestion: "Hand over the values that the template shows, by name.",
});
