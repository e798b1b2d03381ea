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
  when: ({ arguments: [options], callee }) => {
    if (objectOf(options) === undefined || isOpenEnded(options)) return false;
    const has = (name: string): boolean => optionOf(options, name) !== undefined || optionOf(options, `cookie.${name}`) !== undefined;
    const cookie = optionOf(options, "cookie");
    if (cookie !== undefined && objectOf(cookie) === undefined) return false;
    // That script cannot read it goes without saying.
    return !has("secure") || (/^(?:session|expressSession)$/.test(callee) && !has("name"));
  },
  message: "The name tells what the server runs, and without secure the cookie travels unencrypted, too: who reads it is logged in.",
  suggestion: "Set secure, and a name of your own.",
});
