import type { Side } from "#diff";
import type { RuleSubject } from "../../../rule.ts";
import { changedText, knownKinds, linesOf, type SyntaxNode, siblingsOf, treeOf } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

/** A condition that ended what follows it, and that the change took away. */
export interface Guard {
  readonly condition: string;
  /** What it did: how it ended. */
  readonly body: string;
  /** Lines of the file before the change. */
  readonly startLine: number;
  readonly endLine: number;
  /** The first lines of what stood beside it in the same block. */
  readonly followers: readonly { readonly line: number; readonly text: string }[];
  /** Whether it stood behind what ends the block. */
  readonly isUnreached: boolean;
}

const conditionals = [
  "if_statement",
  "if_expression",
  "if",
  "unless",
  "if_modifier",
  "unless_modifier",
  "assert_statement",
  "expression_statement",
  "call",
];
const exits = /\b(?:return|throw|raise|panic|break|continue|next|exit|die|abort|bail|fatal\w*|goto|halt|redirect_to|head|reject|fail)\b/i;
const mostLines = 8;
/** Calls that check and throw by themselves. */
const checks = verbose`
  ^(?:await\s+)?(?:[\w$]+(?:\.|->|::))*(?:
    assert\w*!? | debug_assert\w*!?
    | require(?:True|NonNull|NotNull|NonEmpty|Valid)
    | check(?:Argument|State|NotNull|Element\w*|Index|Access|Permission\w*|Auth\w*|Valid\w*|Size|Bounds|Range)?
    | ensure\w*!? | validate\w* | invariant | notNull | isTrue | ThrowIfNull\w* | verify\w+
  )\s*\(
`;

/** The guards that were removed whole; those that were added whole on the new side. */
export function guardsOf(file: RuleSubject, side: Side = "old"): readonly Guard[] {
  const text = changedText(file);
  const [changed, lines] = side === "old" ? [text.removed, text.beforeLines] : [text.added, text.afterLines];
  const tree = treeOf(file, side);
  if (tree === undefined || file.language === undefined) return [];
  const kinds = knownKinds(file.language, conditionals);
  const guards: Guard[] = [];
  for (const node of tree.findAll({ rule: { any: kinds.map((kind) => ({ kind })) } })) {
    const { startLine, endLine } = linesOf(node);
    if (endLine - startLine >= mostLines || !isWhole(changed, startLine, endLine) || !node.isNamed()) continue;
    const condition = conditionOf(node);
    if (condition === undefined) continue;
    const followers = neighboursOf(node).map((line) => ({ line, text: lines[line - 1] ?? "" }));
    guards.push({ condition, body: node.text().replace(condition, ""), startLine, endLine, followers, isUnreached: isUnreached(node) });
  }
  return guards;
}

function conditionOf(node: SyntaxNode): string | undefined {
  const kind = String(node.kind());
  // A call whose value is used is no statement, and checks nothing by itself.
  if (kind === "call" && !/^(?:body_statement|then|program|block_body|do_block|else|begin)$/.test(String(node.parent()?.kind())))
    return undefined;
  if (kind === "expression_statement" || kind === "call") return checks.test(node.text()) ? node.text() : undefined;
  if (kind === "assert_statement") return node.text();
  if (node.field("alternative") !== null) return undefined;
  const condition = node.field("condition") ?? node.children().find((child) => child.isNamed());
  if (condition === undefined || condition === null) return undefined;
  const body = node.text().replace(condition.text(), "");
  // `if (x)` and `x` are the same question.
  return exits.test(body) ? condition.text().replace(/^\(([\s\S]*)\)$/, "$1") : undefined;
}

function isWhole(changed: ReadonlySet<number>, startLine: number, endLine: number): boolean {
  for (let line = startLine; line <= endLine; line += 1) if (!changed.has(line)) return false;
  return true;
}

function isUnreached(node: SyntaxNode): boolean {
  const statement = node.parent()?.kind() === "expression_statement" ? node.parent()! : node;
  const { nodes, at } = siblingsOf(statement);
  for (let place = at - 1; place >= 0; place -= 1) {
    const before = nodes[place]!;
    if (before.isNamed() && before.kind() !== "comment") return /^(?:return|throw|raise)_statement$/.test(String(before.kind()));
  }
  return false;
}

/** What follows in the block; what stands before when nothing does. */
function neighboursOf(node: SyntaxNode): readonly number[] {
  const statement = node.parent()?.kind() === "expression_statement" ? node.parent()! : node;
  const { nodes, at } = siblingsOf(statement);
  const beside: SyntaxNode[] = [];
  const look = (step: 1 | -1, most: number): void => {
    for (let place = at + step; beside.length < most && place >= 0 && place < nodes.length; place += step) {
      const other = nodes[place]!;
      if (other.isNamed() && other.kind() !== "comment") beside.push(other);
    }
  };
  look(1, 3);
  if (beside.length === 0) look(-1, 2);
  return beside.map((other) => linesOf(other).startLine);
}
