import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf, type SyntaxNode, textAround } from "../../../syntax/index.ts";

export const incompleteEscape = callRule({
  id: "javascript/incomplete-escape",
  title: "An escape leaves some of what it should escape",
  category: "security",
  subcategory: "missing-encoding",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [116, 20],
  mentions: /\.replace\(/,
  callee: inScript(/\.replace$/),
  when: ({ arguments: [pattern, instead], node }) => {
    if (pattern === undefined || instead === undefined) return false;
    const [text = "", ...others] = [pattern, ...assignmentsOf(pattern)].map((one) => one.text());
    const asked = /^\w+$/.test(text) && others.length === 1 ? others[0]! : text;
    if (isInLoop(node) || isRepeated(node, asked)) return false;
    if (/^(["'`/])\\?[|*%$]\1$/.test(asked) && /^["'`]/.test(instead.text())) return "doubtful";
    return /^["'`]/.test(asked) || /^\/.*\/[imsuy]*$/.test(asked) ? escapesOne(asked) : escapesHalf(asked, instead.text(), node);
  },
  message:
    "What comes through is not what this seems to promise: the second one stays, or what was taken out leaves the same behind, or a backslash undoes it.",
  suggestion: "Replace all of them (/…/g, replaceAll), escape the backslash first, and use an escape that is made for the purpose.",
});

/** Only the first is replaced, of something that ends a text, begins a tag or leads up a folder. */
function escapesOne(pattern: string): boolean {
  const inner = pattern.replace(/^["'`/]|["'`]$|\/[imsuy]*$/g, "");
  return /^(?:\\?["'<>&]|\\?`|\[["'<>&]+\]|\/?\\?\.\\?\.\\?\/|%25|<\/?script.*|\\\\)$/.test(inner);
}

/** All are replaced, and still something gets through. */
function escapesHalf(pattern: string, instead: string, node: SyntaxNode): boolean {
  const inner = /^\/(.*)\/\w*$/s.exec(pattern)?.[1];
  if (inner === undefined) return false;
  // `'` becomes `\'`, but `\` stays: `\'` becomes `\\'`.
  if (/^["'`]\\\\(?:["'`]|\\?["']|\$[&\d])/.test(instead) && /^[(]?[["'|)\]\\`]+$/.test(inner) && /["']/.test(inner))
    return !/\\\\\\\\|JSON\.stringify/.test(`${node.field("function")?.text()} ${textBefore(node)}`);
  if (
    !/^["'`]\s*["'`]$/.test(instead) ||
    /\.replace\(\/\[\^?[\^a\\ ]/.test(node.parent()?.parent()?.text().slice(node.text().length) ?? "")
  )
    return false;
  return /^<!--|^<\(?(?:script|style|iframe)|^\s?on\\w|javascript:|^\[<>&?"?\]$|^\(?(?:\\\.){2}\\?\//.test(inner);
}

function textBefore(node: SyntaxNode): string {
  return textAround(node).slice(0, 4_000);
}

function isInLoop(node: SyntaxNode): boolean {
  for (let parent = node.parent(), level = 0; parent !== null && level < 6; parent = parent.parent(), level += 1)
    if (/^(?:while|do)_statement$/.test(String(parent.kind()))) return true;
  return false;
}

/** `.replace('"', "").replace('"', "")` means the two around a text. */
function isRepeated(node: SyntaxNode, pattern: string): boolean {
  const outer = node.parent()?.parent();
  const chain = `${outer?.kind() === "call_expression" ? outer.text().slice(node.text().length) : ""}${node.field("function")?.text() ?? ""}`;
  return chain.includes(`(${pattern},`);
}
