import { inScript, lineRule, scriptLanguages } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const cookieFlags = lineRule({
  id: "web/cookie-flags",
  title: "A cookie of a session lacks its protection",
  category: "security",
  subcategory: "insecure-cookie",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "java", "csharp", "php", "ruby", "go"],
  cwe: [614, 1004],
  match: {
    ...inScript(/\b(?:httpOnly|secure|isSecure|isHttpOnly)["']?\s*:\s*false\b/),
    python: verbose`
      (?:
        SESSION_COOKIE_SECURE | SESSION_COOKIE_HTTPONLY | CSRF_COOKIE_SECURE | CSRF_COOKIE_HTTPONLY
        | LANGUAGE_COOKIE_SECURE | JWT_COOKIE_SECURE
      )["'\]]*\s*[=:]\s*(?:False|None)
      | \[["'](?:secure|httponly)["']\]\s*=\s*(?:False|None|0|["']{2})
      | set_cookie\([^#]{0,200}(?:secure|httponly)\s*=\s*False
      | REMEMBER_COOKIE_(?:SECURE|HTTPONLY)["'\]]*\s*=\s*False
      | set_cookie\([^#]{0,200}samesite\s*=\s*["']?None
    `,
    java: verbose("i")`
      \.set(?:Secure|HttpOnly)\(\s*(?:false|Boolean\.FALSE)\s*\)
      | \.(?:secure|httpOnly)\(\s*false\s*\)
      | cookie\.(?:http-?only|secure)\s*=\s*false
      | setUseHttpOnlyCookie\(\s*false | setUseSecureCookie\(\s*false
    `,
    csharp: /\b(?:HttpOnly|Secure)\s*=\s*false|CookieSecurePolicy\.None|requireSSL\s*=\s*"false"/,
    php: /session\.cookie_(?:secure|httponly)["']?\s*,\s*(?:0|false|["']0)/,
    ruby: /\b(?:secure|httponly):\s*false/,
    go: verbose`
      \b(?:H(?:ttp|TTP)Only|(?:Cookie)?Secure|CookieH(?:ttp|TTP)Only)\s*[:=]\s*false
      | \bcsrf\.(?:Secure|HttpOnly)\(\s*false
      | \.SetCookie\([^)]{0,200},\s*(?:false(?:,\s*\w{1,20})?|\w{1,20},\s*false)\s*\)
    `,
  },
  when: (found, line, lines) =>
    /cookie|session|csrf|\.state\(/i.test(found.input) || /cookie|session/i.test(lines.slice(Math.max(0, line - 5), line + 2).join("\n")),
  message: "The cookie can be read by script in the page, or travels unencrypted: who gets it is logged in.",
  suggestion: "Set both httpOnly and secure; make an exception for development in its configuration.",
});
