import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";

export const unencryptedServer = callRule({
  id: "javascript/unencrypted-server",
  title: "A server speaks without encryption",
  category: "security",
  subcategory: "cleartext-transport",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [319],
  mentions: /createServer/,
  callee: inScript(/^https?2?\.createServer$|^new http\.Server$/),
  when: ({ callee }) => !/^https/.test(callee) && !/createSecureServer/.test(callee),
  message:
    "What it is told, passwords and cookies included, can be read and changed by everybody on the way, unless something in front of it encrypts.",
  suggestion: "Serve https, or say where the encryption ends.",
});
