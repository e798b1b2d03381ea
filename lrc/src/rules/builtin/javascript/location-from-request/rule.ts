import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { assignmentsOf, isChecked, isFromRequest } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

const chosenBySomebody =
  /search|hash|query|params|URLSearchParams|referrer|event\.data|window\.name|redirect|\.get\(|href\.(?:substring|split|slice)|exec\(/i;

const staysHere = verbose`
  ^["'\`](?:\/\w|\?|\#|https?:\/\/[\w.-]+[/?#])
  | ^(?:window\.)?location\.(?:pathname|origin|protocol)
  | encodeURIComponent\( | \.(?:replace|pathname)\b
`;

export const locationFromRequest = syntaxRule({
  id: "javascript/location-from-request",
  title: "The page goes where its own address says",
  category: "security",
  subcategory: "open-redirect",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [601],
  mentions: /location/,
  find: [{ kind: "assignment_expression", has: { field: "left", regex: "(^|\\.)location(\\.href)?$" } }],
  when: (node, { language }) => {
    const value = node.field("right");
    if (value === null || language === undefined || isChecked(value)) return false;
    const text = [value, ...assignmentsOf(value)].map((one) => one.text()).join(" ");
    if (!chosenBySomebody.test(text)) return false;
    if (staysHere.test(text)) return false;
    return isFromRequest(value, language, "address");
  },
  message: "A link to your site sends its reader anywhere, and with javascript: in it runs script in this page.",
  suggestion: "Go to paths of your own, or compare the host with a list.",
});
