import type { RuleSubject } from "../../../rule.ts";
import { changedText, knownKinds, linesOf, siblingsOf, treeOf } from "../../../syntax/index.ts";

const endings = ["return_statement", "return_expression", "return"];
/** What a function that asks something does behind the place. */
const asks = /\b(?:if|unless|throw|raise|assert\w*|return\s+\S.*(?:&&|\|\||[=!<>]=|\band\b|\bor\b|\())/;

/** The added lines that end a block of which checks that were there before are never reached now. */
export function cutOffAt(file: RuleSubject): readonly number[] {
  const { added, afterLines } = changedText(file);
  const mayBe = [...added].some(
    (line) =>
      /^\s*return\b/.test(afterLines[line - 1] ?? "") &&
      !added.has(line + 1) &&
      !/^\s*(?:$|[)\]}]|case\b|default\b|else\b|end\b)/.test(afterLines[line] ?? ""),
  );
  const tree = mayBe ? treeOf(file, "new") : undefined;
  if (tree === undefined || file.language === undefined) return [];
  const found: number[] = [];
  for (const node of tree.findAll({ rule: { any: knownKinds(file.language, endings).map((kind) => ({ kind })) } })) {
    const { startLine, endLine } = linesOf(node);
    if (!node.isNamed() || startLine !== endLine || !added.has(startLine)) continue;
    const statement = node.parent()?.kind() === "expression_statement" ? node.parent()! : node;
    const { nodes, at } = siblingsOf(statement);
    const behind = nodes.slice(at + 1).find((other) => other.isNamed() && other.kind() !== "comment");
    if (behind === undefined || linesOf(behind).startLine === startLine || added.has(linesOf(behind).startLine)) continue;
    // Functions are there wherever they are written, and a case has its own end.
    if (/function|class|declaration|case|label/.test(String(behind.kind()))) continue;
    if (asks.test((afterLines[linesOf(behind).startLine - 1] ?? "").slice(0, 500))) found.push(startLine);
  }
  return found;
}
