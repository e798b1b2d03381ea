import { callRule } from "../../../kinds/index.ts";
import { isFromRequest } from "../../../syntax/index.ts";

export const dynamicSend = callRule({
  id: "ruby/dynamic-send",
  title: "A request chooses what is called",
  category: "security",
  subcategory: "unsafe-reflection",
  severity: "error",
  confidence: "medium",
  languages: ["ruby"],
  cwe: [470],
  mentions: /send|constantize|const_get|public_send/,
  callee: { ruby: /\.(send|public_send|__send__|const_get|instance_variable_get|method)$|^(send|public_send)$|\.(safe_)?constantize$/ },
  when: ({ callee, node, arguments: [first], language }) =>
    /constantize$/.test(callee) ? isFromRequest(node, language) : first !== undefined && isFromRequest(first, language),
  message: "Every method there is can be called this way, private ones and system too.",
  suggestion: "Look what is wanted up in a table of what is allowed.",
});
