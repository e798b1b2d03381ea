import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";

export const tokenInStorage = callRule({
  id: "javascript/token-in-storage",
  title: "What logs somebody in is kept where every script can read it",
  category: "security",
  subcategory: "exposed-secret",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [312, 522, 922],
  mentions: /localStorage|sessionStorage|AsyncStorage/,
  callee: inScript(/^(window\.|globalThis\.)?(localStorage|sessionStorage|AsyncStorage)\.setItem$/),
  when: ({ arguments: [name, value] }) =>
    secretName.test(name?.text() ?? "") ||
    /^\w*(?:token|jwt|password|\buser\b)\w*$|\.(?:token|accessToken|access_token|jwt|password|id_token)$/i.test(value?.text() ?? ""),
  message: "One script that should not run in the page is enough to take it along; it stays there for days.",
  suggestion: "Keep it in a cookie with httpOnly, secure and sameSite.",
});

const secretName = /token|jwt|passw|secret|session|credential|api_?key|\buser\b|auth/i;
