import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { isConstant, isFromRequest, isHandedIn, originOf, origins } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const dynamicHtml = syntaxRule({
  id: "javascript/dynamic-html",
  title: "HTML that is not written in the source is put into the page",
  category: "security",
  subcategory: "cross-site-scripting",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [79],
  mentions: verbose`
    innerHTML | outerHTML | document\.write | insertAdjacentHTML | createContextualFragment | setHTMLUnsafe | trustAs
    | \.html\( | srcdoc | \.wrap | \.append | \.prepend | \.after | \.before | \$\( | replaceWith | parseHTML
  `,
  find: [
    {
      any: [{ kind: "assignment_expression" }, { kind: "augmented_assignment_expression" }],
      has: { field: "left", regex: "\\.(innerHTML|outerHTML|srcdoc)$" },
    },
    {
      kind: "call_expression",
      has: {
        field: "function",
        regex:
          "([dD]ocument\\w*|\\))\\.write(ln)?$|enderer2?\\.setProperty$|\\.(insertAdjacentHTML|createContextualFragment|setHTMLUnsafe|parseHTMLUnsafe)\\)?$|\\$sce\\w*\\.trustAs\\w*$|(^|[.$)\\]])(html|append|prepend|before|after|wrap|wrapAll|wrapInner|replaceWith|appendTo|parseHTML)$",
      },
    },
  ],
  when: (node, { language }) => {
    const values = node
      .field("arguments")
      ?.children()
      .filter((child) => child.isNamed());
    const value = node.field("right") ?? values?.at(-1);
    if (language === undefined || value === undefined || value === null || isConstant(value)) return false;
    const callee = node.field("function")?.text() ?? "";
    if (/setProperty$/.test(callee) && !/^["'`](?:inner|outer)HTML["'`]$/.test(values?.[1]?.text() ?? "")) return false;
    if (
      /(?:html|append\w*|prepend|before|after|wrap\w*|replaceWith)$/.test(callee) &&
      !/\$|jQuery|angular\.element|\bel(?:em(?:ent)?)?\.(?:html|append)$/.test(callee)
    )
      return false;
    if (/function|arrow|object|array/.test(String(value.kind()))) return false;
    // The rule for HTML says so with more certainty, of what is called by its name.
    if (!callee.endsWith(")") && (isHandedIn(value, language, "html") || isFromRequest(value, language, "html")))
      return /\$|jQuery|angular|trustAs/.test(callee) ? "doubtful" : false;
    if ((originOf(value, language, "html") & ~origins.cleaned) === 0) return false;
    return !/\$|jQuery|angular/.test(callee);
  },
  message: "If any of this comes from users, it can run script in the browsers of others.",
  suggestion: "Set it as text, build elements, or run it through a sanitizer that is made for HTML.",
});
