import { callRule } from "../../../kinds/index.ts";
import { isConstant, isFromRequest, isHandedIn } from "../../../syntax/index.ts";

export const lookup = callRule({
  id: "injection/lookup",
  title: "A directory is asked for whatever it is told to",
  category: "security",
  subcategory: "injection",
  severity: "error",
  confidence: "medium",
  languages: ["java"],
  cwe: [74, 470, 502],
  mentions: /lookup|Lookup|JMX|PROVIDER_URL|provider\.url|setCatalog/,
  callee: {
    java: /(^|\.)(doLookup|lookup|lookupLink|rename|JMXServiceURL|setCatalog)$|^new JMXServiceURL$|^JMXConnectorFactory\.connect$/,
  },
  when: ({ arguments: [first], callee, node, language }) => {
    if (first === undefined || isConstant(first)) return false;
    if (/setCatalog$/.test(callee)) return isFromRequest(first, language);
    const isDirectory = /[cC]ontext|ctx|Ctx|[tT]emplate|ldap|jndi|registry|JMX/i.test(callee) || /InitialContext/.test(node.text());
    return isDirectory && (isFromRequest(first, language) || (isHandedIn(first, language) && /[cC]ontext|ctx|doLookup/.test(callee)));
  },
  message: "A name such as ldap://… makes the look-up load an object, and with it code, from a server of whoever chose the name.",
  suggestion: "Look up names that are written in the source, or from a list.",
});
