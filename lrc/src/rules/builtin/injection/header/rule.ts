import { callRule } from "../../../kinds/index.ts";
import { isFromRequest } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const header = callRule({
  id: "injection/header",
  title: "A header of the answer is what the request says",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: ["java", "python"],
  cwe: [113],
  mentions: /[hH]eader|Cookie/,
  callee: {
    java: verbose`
      (^|\.)(res|resp|response|servletResponse|httpResponse)\w*\.(addHeader|setHeader|addDateHeader|header)$
      | (^|\.)\w*[wW]rapper\.(addHeader|setHeader)$
      | \.setValue$
      | ^new\ (javax\.servlet\.http\.|jakarta\.servlet\.http\.)?Cookie$
    `,
    python: /\.(send_header|putheader|start_response)$|(^|\.)(headers|response)\.(add|set|extend)$/,
  },
  when: ({ arguments: values, language, callee }) =>
    (!/\.setValue$/.test(callee) || /^(?:c|\w*[cC]ookie)\./.test(callee)) &&
    values.slice(0, 2).some((value) => isFromRequest(value, language) && !/replace\w*\(|encode|escape/i.test(value.text())),
  message:
    "A line break in this value ends the header and begins another, or the answer itself: caches and browsers take what follows for yours.",
  suggestion: "Encode it (URLEncoder.encode), or pick it from a list.",
});
