import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { textAround } from "../../../syntax/index.ts";

export const cookieUnprotected = callRule({
  id: "web/cookie-unprotected",
  title: "A cookie of a session is set without its protection",
  category: "security",
  subcategory: "insecure-cookie",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "java"],
  cwe: [614, 1004],
  mentions: /cookie|Cookie|session/,
  callee: {
    ...inScript(/^(res|response|reply)\.(cookie|setCookie)$|^(session|cookieSession|expressSession)$/),
    python: /\.(set_cookie|set_signed_cookie)$/,
    java: /\.addCookie$/,
  },
  when: ({ arguments: values, language, node, callee }) => {
    const text = node.text();
    if (language === "java") {
      const name = values[0]?.text() ?? "";
      return /^\w+$/.test(name) ? !isProtected(name, textAround(node)) : /^new (?:[\w.]+\.)?Cookie\(/.test(name);
    }
    if (language === "python")
      return !/\*\*/.test(text) && isSession(values[0]?.text()) && !(/secure\s*=/.test(text) && /httponly\s*=/.test(text));
    const options = values.at(-1);
    if (/ession$/.test(callee))
      return (
        options?.kind() === "object" &&
        !/\.\.\./.test(text) &&
        !/\bcookie\s*:|\bcookie\s*,|secure|httpOnly/.test(text) &&
        /secret|keys/.test(text)
      );
    if (!isSession(values[0]?.text())) return false;
    return values.length < 3 || (options?.kind() === "object" && !/\.\.\./.test(text) && !(/secure/.test(text) && /httpOnly/.test(text)));
  },
  message: "Without httpOnly script in the page can read it, without secure it also travels unencrypted: who gets it is logged in.",
  suggestion: "Set httpOnly, secure and sameSite.",
});

/** Names of what logs somebody in. */
function isSession(name: string | undefined): boolean {
  return name !== undefined && /sess|auth|token|jwt|sid\b|login|remember|user|passw|csrf/i.test(name);
}

function isProtected(name: string, around: string): boolean {
  return (
    new RegExp(`\\b${name}\\.setSecure\\(\\s*(?!false)`).test(around) &&
    !new RegExp(`\\b${name}\\.set(?:Secure|HttpOnly)\\(\\s*false`).test(around)
  );
}
