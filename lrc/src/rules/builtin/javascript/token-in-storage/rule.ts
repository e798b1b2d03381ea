import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";

export const tokenInStorage = callRule({
  id: "javascript/token-in-storage",
  title: "What logs somebody in is kept where every script can read it",
  category: "security",
  subcategory: "exposed-secret",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [312, 522, 922],
  mentions: /localStorage|sessionStorage|AsyncStorage/,
  callee: inScript(/^(window\.|globalThis\.)?(localStorage|sessionStorage|AsyncStorage)\.setItem$/),
  when: ({ arguments: [name, value] }) => {
    const [key, given] = [name?.text() ?? "", value?.text() ?? ""];
    if (/token|jwt|passw|secret|credential|api_?key/i.test(key) || /(?:^|\.)\w*(?:token|jwt|password)$/i.test(given))
      return !/csrf|xsrf|fcm|push|device/i.test(key + given);
    return /session|\buser\b|auth/i.test(key) || /^user$/i.test(given) ? "doubtful" : false;
  },
  message: "One script that should not run in the page is enough to take it along; it stays there for days.",
  suggestion: "Keep it in a cookie with httpOnly, secure and sameSite.",
});
