import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isChecked, isFromRequest } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

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
  callee: inScript(
    verbose`
      ^(res|resp|response|reply|ctx|reply\.raw|res\.raw)\.(set|setHeader|header|append|writeHead|vary|links)$
      | ^(res|resp|response|reply)(\.\w+\([^()]*\))+\.(set|setHeader|header)$
    `,
  ),
  when: ({ arguments: values, language, node }) => {
    const text = node.text();
    if (!values.some((value) => isFromRequest(value, language, "header")) || /^.{0,80}["'`{ ]location["'`]?\s*[,:]/i.test(text))
      return false;
    if (values.every((value) => !isFromRequest(value, language, "header") || isChecked(value)) || told.test(text)) return "doubtful";
    return protecting.test(text) || /(?:query|body|params|param\()/.test(text) || "doubtful";
  },
  message: "Whoever sends the request chooses how browsers and caches take the answer.",
  suggestion: "Write the names of headers in the source, and take values from a list.",
});

/** Headers that protect who reads the answer. */
const protecting = verbose("i")`
  ^[^,]{0,60}["'\`](?:
    X-Frame-Options | Content-Security-Policy | Strict-Transport-Security | X-Content-Type-Options | Referrer-Policy
    | X-XSS-Protection
  )["'\`]
`;

/** Which pages may ask is said by the rule for that; the others are meant to be chosen. */
const told = /Access-Control-|Content-Disposition|Content-Language|X-Request-Id|X-Correlation-Id|ETag|Vary/i;
