import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isFromRequest } from "../../../syntax/index.ts";

export const headerFromRequest = callRule({
  id: "javascript/header-from-request",
  title: "A header of the answer is what the request says",
  category: "security",
  subcategory: "injection",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [113],
  mentions: /setHeader|writeHead|\.set\(|\.header\(|\.append\(/,
  callee: inScript(/^(res|resp|response|reply|ctx|reply\.raw|res\.raw)\.(set|setHeader|header|append|writeHead|vary|links)$/),
  when: ({ arguments: values, language, node }) =>
    values.some((value) => isFromRequest(value, language, "header")) && !/^.{0,60}["'`]location["'`]/i.test(node.text()),
  message: "Whoever sends the request chooses how browsers and caches take the answer.",
  suggestion: "Write the names of headers in the source, and take values from a list.",
});
