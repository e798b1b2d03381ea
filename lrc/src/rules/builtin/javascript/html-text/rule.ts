import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { compositionOf, fileTextOf, isChecked, isFromRequest, type SyntaxNode } from "../../../syntax/index.ts";

export const htmlText = syntaxRule({
  id: "javascript/html-text",
  title: "HTML is put together with what a request holds",
  category: "security",
  subcategory: "cross-site-scripting",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [79],
  mentions: /<[a-zA-Z]/,
  find: [
    { all: [{ kind: "template_string" }, { not: { inside: { kind: "template_substitution" } } }, { regex: "<[a-zA-Z]" }] },
    { all: [{ kind: "binary_expression" }, { not: { inside: { kind: "binary_expression" } } }, { regex: "<[a-zA-Z]" }] },
    { kind: "call_expression", has: { field: "function", regex: "[\\]\"'`]\\.(join|concat)$|^util\\.format$" }, regex: "<[a-zA-Z]" },
  ],
  when: (node, { language }) => {
    // What is put into the page at once is said by the rule for that.
    if (/HTML$/.test(node.parent()?.field("left")?.text() ?? "")) return false;
    if (language === undefined || /^(?:binary_expression|template_substitution)$/.test(String(node.parent()?.kind()))) return false;
    if (node.text().length > 4_000 || /sanitiz|purify|escape/i.test(node.text())) return false;
    const built = compositionOf(node);
    const isPage =
      built !== undefined &&
      /<\/?[a-zA-Z][\w-]*[\s>/]/.test(built.literal) &&
      !/^(?:send|write|end|html|append|error|log)$/.test(/(\w+)\($/.exec(textBefore(node))?.[1] ?? "");
    if (!isPage) return false;
    if (built.parts.some((part) => isFromRequest(part, language, "html") && !isChecked(part))) return true;
    return /<script\b/i.test(built.literal) ? "doubtful" : false;
  },
  message: "What is sent in the request becomes part of a page: script in it runs for whoever sees the page.",
  suggestion: "Let a template put it in, which escapes, or escape it here.",
});

function textBefore(node: SyntaxNode): string {
  const start = node.range().start.index;
  return fileTextOf(node).slice(Math.max(0, start - 40), start);
}
