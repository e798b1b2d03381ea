import { callRule } from "../../../kinds/index.ts";
import { isFromRequest } from "../../../syntax/index.ts";

export const sessionFromRequest = callRule({
  id: "web/session-from-request",
  title: "A session takes over what the request says",
  category: "security",
  subcategory: "trust-boundary",
  severity: "warning",
  confidence: "medium",
  languages: ["java"],
  cwe: [501],
  mentions: /setAttribute|putValue/,
  callee: { java: /(?:[sS]ession(?:\([^)]*\))?)\.(setAttribute|putValue)$/ },
  when: ({ arguments: values, language }) => values.slice(0, 2).some((value) => isFromRequest(value, language, "trust")),
  message: "Code that reads the session trusts what is in it, and this was never checked.",
  suggestion: "Check the value, or look it up, before it is put into the session.",
});
