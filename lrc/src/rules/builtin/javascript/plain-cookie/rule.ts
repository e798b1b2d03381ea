import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isOpenEnded, objectOf, optionOf } from "../../../syntax/index.ts";

export const plainCookie = callRule({
  id: "javascript/plain-cookie",
  title: "A cookie is set without its protection",
  category: "security",
  subcategory: "insecure-cookie",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [614, 1004],
  mentions: /cookie/i,
  callee: inScript(/^(?:res|response|reply|ctx\.cookies|cookies|cookieStore|nookies)(?:\.status\([^()]*\))?\.(?:cookie|setCookie|set)$/),
  when: ({ callee, arguments: values }) => {
    if (/\.set$/.test(callee) && !/ookie/.test(callee)) return false;
    const [, value, options] = values;
    if (value === undefined) return false;
    // These are httpOnly unless they are told not to be.
    if (/^(?:ctx\.)?cookies\.set$/.test(callee)) return ["secure", "httpOnly"].some((name) => optionOf(options, name)?.text() === "false");
    if (options === undefined) return true;
    if (objectOf(options) === undefined || isOpenEnded(options)) return false;
    return ["secure", "httpOnly"].some((name) => !/^(?!false|undefined|null|0$)./.test(optionOf(options, name)?.text() ?? "false"));
  },
  message: "Without httpOnly script in the page can read it, without secure it also travels unencrypted.",
  suggestion: "Set httpOnly, secure and sameSite, unless script has to read it.",
});
