import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { fileTextOf } from "../../../syntax/index.ts";

export const missingCsrf = callRule({
  id: "web/missing-csrf",
  title: "Changes are made with a cookie, and nobody asks where they come from",
  category: "security",
  subcategory: "request-forgery",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [352],
  mentions: /cookieParser|cookie-parser|cookieSession|cookie-session|express-session/,
  callee: inScript(/^(cookieParser|cookieSession|session|expressSession|express\.(cookieParser|session|cookieSession))$/),
  when: ({ node }) => {
    const text = fileTextOf(node).slice(0, 100_000);
    return /\.(?:post|put|patch|delete)\(\s*["'`/]/.test(text) && !/csrf|csurf|lusca|xsrf|sameSite/i.test(text);
  },
  message: "The browser sends the cookie along with what any other page makes it post: a link is enough to act in the user's name.",
  suggestion: "Ask for a token that only your own pages know, or set sameSite on the cookie.",
});
