import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isFromRequest } from "../../../syntax/index.ts";

export const redirect = callRule({
  id: "injection/redirect",
  title: "A redirect goes where the request says",
  category: "security",
  subcategory: "open-redirect",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "java", "php", "ruby", "go", "csharp"],
  cwe: [601],
  mentions: /[rR]edirect|header|Location/,
  callee: {
    ...inScript(/^(res|response|reply|ctx)\.redirect$/),
    python: /^(redirect|HttpResponseRedirect|RedirectResponse|flask\.redirect)$/,
    java: /\.sendRedirect$|^new (RedirectView|ModelAndView)$/,
    php: /^(header|wp_redirect|redirect)$/,
    ruby: /^redirect_to$/,
    go: /^http\.Redirect$|^c\.Redirect$/,
    csharp: /(^|\.)Redirect$/,
  },
  when: ({ arguments: values, language, node }) => {
    if (language === "php" && !/location/i.test(node.text()) && !/redirect/.test(node.text())) return false;
    const asked = language === "go" ? values.slice(1) : values.slice(0, 2);
    return asked.some(
      (value) => isFromRequest(value, language) && !/^["'`f]{1,3}\/[\w]|url_for|url_path|_path\b|only_path/.test(value.text()),
    );
  },
  message: "A link to your site can send its reader anywhere: the address bar was yours when they clicked.",
  suggestion: "Redirect to paths of your own, or to addresses from a list.",
});
