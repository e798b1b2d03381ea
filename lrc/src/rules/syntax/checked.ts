import { type SyntaxNode, scopeOf } from "./tree.ts";

const branch = /\b(?:if|elif|elsif|unless|assert|while|switch|case|match|guard)\b|\?|&&|\|\|/;
const words =
  "(?:valid|allow|safe|white|trusted|known|permitted|startsWith|startswith|start_with|prefix|Prefix|contain|Contain|include|indexOf|matche?s?|test|Rel|isLocal|IsLocal|isNumeric|isSubset|commonpath|within|has|verify|check|inside|local)";

/**
 * Whether a name in `node` was asked about before, further up in its function: whether it is one of those allowed, starts as it should, matches a
 * pattern. That it is there at all is no such question. What the answer led to is not followed: who asks has thought of it.
 */
export function isChecked(node: SyntaxNode): boolean {
  const scope = scopeOf(node);
  const before = scope.text().slice(0, Math.max(0, node.range().start.index - scope.range().start.index));
  if (before.length > 20_000) return false;
  const names = [...new Set(node.text().match(/[A-Za-z_$][\w$]*/g) ?? [])].slice(0, 8);
  const questions = before
    .split("\n")
    .filter((line) => line.length < 500 && branch.test(line) && !/^\s*(?:\/\/|\/?\*|#)/.test(line))
    .map((line) => line.replace(/\/\*.*|\s\/\/.*/, ""));
  return names.some((name) => {
    const own = `\\b${name.replaceAll("$", "\\$")}\\b`;
    const question = new RegExp(
      `${words}\\w*\\([^\\n]{0,60}${own}|${own}[\\w.()]{0,40}\\.\\w*${words}|${own}\\s+(?:not\\s+)?in\\b|${own}[\\w.]{0,20}\\s*[!=]==?\\s*["'\`/][^"'\`]`,
    );
    return questions.some((line) => line.includes(name) && question.test(line));
  });
}
