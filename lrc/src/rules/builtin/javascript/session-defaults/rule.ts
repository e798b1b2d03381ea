import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isOpenEnded, objectOf, optionOf } from "../../../syntax/index.ts";

export const sessionDefaults = callRule({
  id: "javascript/session-defaults",
  title: "A session keeps the settings that it comes with",
  category: "security",
  subcategory: "insecure-cookie",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [522, 614, 1004],
  mentions: /session|Session/,
  callee: inScript(/^(session|cookieSession|expressSession)$/),
  when: ({ arguments: [options] }) => {
    if (objectOf(options) === undefined || isOpenEnded(options)) return false;
    const has = (name: string): boolean => optionOf(options, name) !== undefined || optionOf(options, `cookie.${name}`) !== undefined;
    const cookie = optionOf(options, "cookie");
    if (cookie !== undefined && objectOf(cookie) === undefined) return false;
    return !["name", "secure", "httpOnly", "domain", "path"].every(has) || !(has("expires") || has("maxAge"));
  },
  message: "The name tells what the server runs, and the cookie goes to more paths, hosts and connections than it has to, for longer.",
  suggestion: "Set what is meant of name, secure, httpOnly, domain, path and maxAge.",
});
