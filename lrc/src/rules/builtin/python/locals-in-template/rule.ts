import { callRule } from "../../../kinds/index.ts";

export const localsInTemplate = callRule({
  id: "python/locals-in-template",
  title: "A template is handed everything that is there",
  category: "security",
  subcategory: "information-exposure",
  severity: "warning",
  confidence: "medium",
  languages: ["python"],
  cwe: [200],
  mentions: /\b(?:locals|globals)\(\)/,
  callee:
    /(^|\.)(?:render|render_to_response|render_to_string|render_template|render_template_string|TemplateResponse|Context|RequestContext)$/,
  when: ({ arguments: values }) => values.some((value) => /^(?:\*\*\s*|context\s*=\s*)?(?:locals|globals)\(\)$/.test(value.text())),
  message: "Whoever writes the template can show all of it: settings, connections, what other users sent.",
  suggestion: "Name what the page shows.",
});
