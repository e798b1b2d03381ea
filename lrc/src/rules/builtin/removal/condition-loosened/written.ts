import { anchorOf, type Hunk, newLineOf, type Side } from "#diff";
import type { RuleSubject } from "../../../rule.ts";
import { changedText, knownKinds, likeness, linesOf, type SyntaxNode, touches, treeOf } from "../../../syntax/index.ts";
import { type Condition, conditionOf, conditionWritten } from "./conditions.ts";

/** A condition of the syntax tree that cannot be read from a line of its own. */
interface Written {
  readonly condition: Condition;
  readonly startLine: number;
  readonly endLine: number;
  /** What it opens, as the rule wants to read it. */
  readonly body: string;
}

/** A condition before the change, and what it became. */
export interface Rewritten {
  readonly before: Written;
  readonly after: Written;
  readonly hunk: Hunk;
}

const kinds = ["if_statement", "if_expression", "elif_clause", "if", "elsif", "unless", "while_statement", "while_expression", "while"];
const mostConditions = 200;

/** The changed conditions that are written over several lines, or within another statement (`let a = if b`), each with what it became. */
export function rewrittenConditions(file: RuleSubject): readonly Rewritten[] {
  const { afterLines } = changedText(file);
  if (file.diff.removedCount === 0) return [];
  const gone = writtenOn(file, "old", () => true);
  if (gone.length === 0) return [];
  const anchors = new Set(
    gone.map(({ startLine }) => newLineOf(file.diff, startLine) ?? anchorOf(file.diff, startLine, afterLines.length)),
  );
  const come = writtenOn(file, "new", (startLine) => anchors.has(startLine));
  return gone.flatMap((before) => {
    const hunk = file.diff.hunks.find(({ oldStart, oldCount }) => before.startLine >= oldStart && before.startLine < oldStart + oldCount);
    if (hunk === undefined) return [];
    const place = newLineOf(file.diff, before.startLine) ?? anchorOf(file.diff, before.startLine, afterLines.length);
    let best: Written | undefined;
    let most = 0.3;
    for (const after of come) {
      if (after.startLine < hunk.newStart - 1 || after.startLine > hunk.newStart + hunk.newCount) continue;
      const alike = likeness(before.condition.text, after.condition.text) + (after.startLine === place ? 0.2 : 0);
      if (alike <= most || after.condition.keyword !== before.condition.keyword) continue;
      most = alike;
      best = after;
    }
    return best === undefined ? [] : [{ before, after: best, hunk }];
  });
}

function writtenOn(file: RuleSubject, side: Side, isPlace: (startLine: number) => boolean): readonly Written[] {
  const text = changedText(file);
  const [changed, lines] = side === "old" ? [text.removed, text.beforeLines] : [text.added, text.afterLines];
  const tree = treeOf(file, side);
  if (tree === undefined || file.language === undefined) return [];
  const found: Written[] = [];
  for (const node of tree.findAll({ rule: { any: knownKinds(file.language, kinds).map((kind) => ({ kind })) } })) {
    const condition = node.field("condition");
    if (condition === null || !node.isNamed()) continue;
    const { startLine } = linesOf(node);
    const { endLine } = linesOf(condition);
    if (!touches(changed, startLine, endLine) && !(side === "new" && isPlace(startLine))) continue;
    if (side === "old" && startLine === endLine && conditionOf(lines[startLine - 1] ?? "") !== undefined) continue;
    if (endLine - startLine > mostLines) continue;
    found.push({ condition: conditionWritten(keywordOf(node), condition.text()), startLine, endLine, body: bodyOf(node) });
    if (found.length >= mostConditions) break;
  }
  return found;
}

const mostLines = 12;

function keywordOf(node: SyntaxNode): string {
  return /^(?:while|unless|el)/.exec(String(node.kind()))?.[0] ?? "if";
}

/** The first lines of what a condition opens, indented below an empty one. */
function bodyOf(node: SyntaxNode): string {
  const body = (node.field("consequence") ?? node.field("body"))?.text() ?? "";
  const lines = body
    .slice(0, 1_000)
    .split("\n")
    .map((line) => line.replace(/^\s*(?:\{|then\b)/, "").trim());
  return [
    "",
    ...lines
      .filter((line) => line !== "")
      .slice(0, 2)
      .map((line) => `  ${line}`),
  ].join("\n");
}
