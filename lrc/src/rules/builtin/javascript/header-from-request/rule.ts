import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isChecked, isFromRequest } from "../../../syntax/index.ts";

export const headerFromRequest = callRule({
  id: "javascript/header-from-request",
  title: "A header of the answer is what the request says",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [113],
  mentions: /setHeader|writeHead|\.set\(|\.header\(|\.append\(/,
  callee: inScript(/^(res|resp|response|reply|ctx|reply\.raw|res\.raw)\.(set|setHeader|header|append|writeHead|vary|links)$/),
  when: ({ arguments: values, language, node }) => {
    if (!values.some((value) => isFromRequest(value, language, "header")) || /^.{0,60}["'`]location["'`]/i.test(node.text())) return false;
    return protecting.test(node.text()) && values.some((value) => isFromRequest(value, language, "header") && !isChecked(value))
      ? true
      : "doubtful";
  },
  message: "Whoever sends the request chooses how browsers and caches take the answer.",
  suggestion: "Write the names of headers in the source, and take values from a list.",
});

/** Headers that protect who reads the answer. */
const protecting =
  /^[^,]{0,60}["'`](?:X-Frame-Options|Content-Security-Policy|Strict-Transport-Security|X-Content-Type-Options|Referrer-Policy|X-XSS-Protection)["'`]/i;
