import { callRule } from "../../../kinds/index.ts";
import { isFromRequest } from "../../../syntax/index.ts";

export const header = callRule({
  id: "injection/header",
  title: "A header of the answer is what the request says",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: ["java"],
  cwe: [113],
  mentions: /Header|Cookie/,
  callee: {
    java: /(^|\.)(res|resp|response|servletResponse|httpResponse)\w*\.(addHeader|setHeader)$|^new (javax\.servlet\.http\.|jakarta\.servlet\.http\.)?Cookie$/,
  },
  when: ({ arguments: values, language }) =>
    values.slice(0, 2).some((value) => isFromRequest(value, language) && !/replace\w*\(|encode|escape/i.test(value.text())),
  message:
    "A line break in this value ends the header and begins another, or the answer itself: caches and browsers take what follows for yours.",
  suggestion: "Encode it (URLEncoder.encode), or pick it from a list.",
});
