import { callRule } from "../../../kinds/index.ts";
import { fileTextOf, type SyntaxNode, textAround } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const cookieWithoutFlags = callRule({
  id: "web/cookie-without-flags",
  title: "A cookie is set without saying who may see it",
  category: "security",
  subcategory: "cookie",
  severity: "info",
  confidence: "low",
  languages: ["python", "java"],
  cwe: [614, 1004, 1275],
  mentions: /cookie|Cookie|Session/,
  callee: {
    python: verbose`
      \.(set_cookie|set_signed_cookie|set_secure_cookie|make_cookie)$
      | SignedCookieSessionFactory$ | AuthTktCookieHelper$ | AuthTktAuthenticationPolicy$
      | (^|\.)(BaseCookieSessionFactory|UnencryptedCookieSessionFactoryConfig|SessionMiddleware)$
    `,
    java: /^new (Cookie|HttpCookie|NewCookie|SimpleCookie)$|^ResponseCookie\.from$|withHttpOnlyFalse$/,
  },
  when: ({ arguments: values, language, node, callee }) =>
    language === "java"
      ? isOpenInJava(node, callee, values.length) && (isBareInJava(node) ? "likely" : true)
      : isOpenInPython(node.text(), values) && (isBare(node.text(), values) ? "likely" : true),
  message: "Without secure it also travels unencrypted, and without httpOnly every script in the page can read it.",
  suggestion: "Say it for every cookie: secure, httpOnly unless script needs it, sameSite.",
});

/** Nobody thought of either, or both are refused: not a cookie that is taken back, and none that script is meant to read. */
function isBare(text: string, values: readonly SyntaxNode[]): boolean {
  if (/(?:secure|http_?only)\s*=\s*False\b/i.test(text)) return true;
  const [name] = values;
  return (
    /\bset_(?:signed_|secure_)?cookie\(/.test(text.slice(0, 200)) &&
    name !== undefined &&
    !/secure|http_?only|samesite|max_age\s*=\s*0|expires\s*=\s*0/i.test(text) &&
    !/lang|locale|theme|csrf|xsrf|message|timezone|consent/i.test(name.text())
  );
}

/** `secure` or `httponly` is missing, or said to be off. What takes its options from elsewhere is not judged. */
function isOpenInPython(text: string, values: readonly SyntaxNode[]): boolean {
  if (/\*\*/.test(text)) return false;
  if (/(?:secure|http_?only)\s*=\s*(?:False|None)\b|samesite\s*=\s*None\b/i.test(text)) return true;
  if (/SessionMiddleware/.test(text)) return !/https_only\s*=\s*True/.test(text);
  return values.length < 7 && !(/secure\s*=/.test(text) && /http_?only\s*=/.test(text));
}

/** A cookie that is made, and not both flags are set where it is. */
function isOpenInJava(node: SyntaxNode, callee: string, count: number): boolean {
  if (/withHttpOnlyFalse$/.test(callee)) return true;
  // The token against forged requests has to be read by script.
  if (count === 0 || /[XC]SRF/i.test(node.text())) return false;
  if (/NewCookie$|SimpleCookie$/.test(callee) && count >= 7) return !/true\s*\)\s*$/.test(node.text());
  const { end } = node.range();
  if (/ResponseCookie\.from$/.test(callee)) {
    const [chain = ""] = fileTextOf(node)
      .slice(end.index, end.index + 600)
      .split(";");
    return !(/\.secure\(\s*true/.test(chain) && /\.httpOnly\(\s*true/.test(chain));
  }
  const name = nameOf(node);
  if (name === undefined) return true;
  const around = textAround(node);
  if (new RegExp(`\\b${name}\\.setMaxAge\\(\\s*0\\s*\\)`).test(around)) return false; // it is taken back
  return !["setSecure", "setHttpOnly"].every((flag) => new RegExp(`\\b${name}\\.${flag}\\(\\s*(?!false\\b|FALSE)`).test(around));
}

/** A cookie with a name of its own that is given a value and neither flag, as far as is seen here. */
function isBareInJava(node: SyntaxNode): boolean {
  const name = nameOf(node);
  return (
    name !== undefined &&
    !/^Simple/.test(node.field("type")?.text() ?? "") &&
    !/lang|locale|theme|message|timezone|consent/i.test(node.text()) &&
    !new RegExp(`\\b${name}\\.set(?:Secure|HttpOnly)\\(`).test(textAround(node))
  );
}

/** What the variable is called that is given the value. */
function nameOf(node: SyntaxNode): string | undefined {
  const parent = node.parent();
  const name = parent?.field("name") ?? parent?.field("left");
  return name === null || name === undefined || !/^\w+$/.test(name.text()) ? undefined : name.text();
}
