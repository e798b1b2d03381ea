import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { linesOf, optionOf, type SyntaxNode } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

/** The option of an engine that lets values through as they are, and what it must be for that. */
const options = [
  ["noEscape", "true"],
  ["autoescape", "false"],
  ["autoEscape", "false"],
  ["sanitize", "false"],
  ["html", "true"],
] as const;

export const templateUnescaped = callRule({
  id: "javascript/template-unescaped",
  title: "A template engine is told to put values in as they are",
  category: "security",
  subcategory: "cross-site-scripting",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [79],
  mentions: /noEscape|auto[eE]scape|sanitize|html/,
  callee: inScript(
    verbose`
      ^(?:
        Handlebars | handlebars | hbs | nunjucks | Twig | swig | eta | marked | kramed | markdownit | markdownIt
        | MarkdownIt | Remarkable
      )(?:
        \.(?:
          compile | precompile | configure | setOptions | setDefaults | parse | configure | Environment
        )
      )?$
      | ^new\ (?:MarkdownIt|Markdown|Remarkable|Kramed|kramed\.Renderer|nunjucks\.Environment|\w*[mM]arkdown\w*)$
      | ^require\(["'](?:markdown-it|marked|kramed|remarkable)["']\)$
    `,
  ),
  when: ({ arguments: values, callee, node }) => {
    for (const value of values)
      for (const [name, unsafe] of options) {
        if (name === "html" && !/[mM]arkdown|Remarkable/.test(callee)) continue;
        const found = optionOf(value, name);
        if (found?.text() === unsafe) return !isSaidByLine(node, found) && node;
      }
    return false;
  },
  message: "What a value holds becomes part of the page: script in it runs in the browsers of others.",
  suggestion: "Leave the escaping on and mark the few values that are HTML of your own.",
});

/** Whether the rule for lines says so at the same place. */
function isSaidByLine(call: SyntaxNode, option: SyntaxNode): boolean {
  const { startLine, endLine } = linesOf(call);
  const at = linesOf(option).startLine;
  return startLine === endLine && at === startLine && !/^(?:new\s+)?(?:Remarkable|require\()/.test(call.text());
}
