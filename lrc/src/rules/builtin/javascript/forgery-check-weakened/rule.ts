import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { fileTextOf, optionOf } from "../../../syntax/index.ts";

export const forgeryCheckWeakened = callRule({
  id: "javascript/forgery-check-weakened",
  title: "The check against forged requests lets some through",
  category: "security",
  subcategory: "request-forgery",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [352],
  mentions: /csrf|csurf|methodOverride/,
  callee: inScript(/^(csrf|csurf|csrfProtection|tinyCsrf)$|^(express\.)?methodOverride$/),
  when: ({ callee, arguments: [options], node }) => {
    if (/methodOverride$/.test(callee)) {
      const rest = fileTextOf(node).slice(node.range().end.index, node.range().end.index + 20_000);
      return /\buse\(\s*(?:express\.)?(?:csrf|csurf)\(/.test(rest) ? false : /\b(?:csrf|csurf)\(/.test(fileTextOf(node).slice(0, 100_000));
    }
    return /["'`](?:POST|PUT|PATCH|DELETE)["'`]/.test(optionOf(options, "ignoreMethods")?.text() ?? "");
  },
  message:
    "Requests that change something are not asked for a token, or get a method after they were asked: a link on another page is enough.",
  suggestion: "Ask all of them but GET, HEAD and OPTIONS, and put methodOverride before the check.",
});
