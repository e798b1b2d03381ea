import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

const nearbyOrName = verbose("i")`
  \/\/(?:[^/@]*@)?(?:
    localhost | 127\. | 0\.0\.0\.0 | \[?::1 | 10\. | 192\.168\. | 169\.254\. | host\.docker | [\w-]+(?:[:/"'\`]|$)
    | [\w.-]+\.(?:local|internal|test|invalid|svc|localhost|lan)(?![\w-])
  )
  | \/\/(?:www\.)?(?:
      w3\.org | xml\.org | xmlsoap | schemas | json-schema\.org | purl\.org | openid\.net | ns\. | ogp\.me
      | apache\.org\/licenses | hl7\.org | sodipodi | inkscape
    )
  | (?:schema|xmlns|\/ns\/)
`;

export const cleartextAddress = syntaxRule({
  id: "javascript/cleartext-address",
  title: "An address is asked for without encryption",
  category: "security",
  subcategory: "cleartext-transport",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [319],
  mentions: /(?:https?|ftp|ws|telnet|ldap):\/\//i,
  find: [{ any: [{ kind: "string" }, { kind: "template_string" }], regex: "^.(?i:http|ftp|ws|telnet|ldap)://" }],
  when: (node) => {
    const text = node.text();
    if (text.length > 400 || !/^["'`](?:http|ftp|ws|telnet|ldap):\/\/[^"'`/\s]/i.test(text)) return false;
    if (nearbyOrName.test(text)) return false;
    const parent = node.parent();
    const name = (parent?.field("key") ?? parent?.field("name") ?? parent?.field("left"))?.text() ?? "";
    return (
      !/xmlns|namespace|schema|^\$?id$/i.test(name) &&
      !/^(?:import|export)/.test(String(parent?.kind())) &&
      !/startsWith|includes|indexOf|replace|[=!]==?/.test(parent?.parent()?.text().slice(0, 200) ?? "")
    );
  },
  message: "Everybody between the two ends can read and change what is sent.",
  suggestion: "Use the encrypted variant: https, wss, sftp, ldaps.",
});
