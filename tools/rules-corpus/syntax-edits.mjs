/**
 * What changes of a file are made of: parts of its syntax tree, and edits of its text.
 * @typedef {import("@ast-grep/napi").SgNode} Node
 * @typedef {{ start: number, end: number, text: string }} Edit
 * @typedef {{ root: Node, text: string, language: string, isTest: boolean, all: (...kinds: string[]) => Node[], number: () => number }} Subject
 * @typedef {(subject: Subject) => Edit[][]} Mutation Given a file, it answers with the edits that it could make; one of them is then made.
 */

export const ifKinds = ["if_statement", "if_expression", "if"];

const exits = /^\s*(?:\{\s*)?(?:return|throw|raise|panic|continue|break|abort|die|exit|bail)\b/;

const exitKinds =
  /^(?:return_statement|throw_statement|raise_statement|continue_statement|break_statement|return|next|break|return_expression|throw_expression)$/;

export const script = /^(?:typescript|tsx|javascript)$/;

/** @param {Node} node */
export const span = (node) => ({ start: node.range().start.index, end: node.range().end.index });

/** The node with the rest of its lines, so that no empty line stays behind. @param {Subject} subject @param {Node} node @returns {Edit | undefined} */
export function deletion({ text }, node) {
  let { start, end } = span(node);
  while (start > 0 && /[ \t]/.test(text[start - 1] ?? "")) start -= 1;
  while (end < text.length && /[ \t;]/.test(text[end] ?? "")) end += 1;
  if ((start > 0 && text[start - 1] !== "\n") || (text[end] !== "\n" && end < text.length)) return undefined;
  return { start, end: Math.min(text.length, end + 1), text: "" };
}

/** @param {(Edit | undefined)[]} edits @returns {Edit[][]} */
export const each = (edits) => edits.flatMap((edit) => (edit === undefined ? [] : [[edit]]));

/** @param {Node} node @param {string} text @returns {Edit} */
export const put = (node, text) => ({ ...span(node), text });

/** @param {Node} node */
export function conditionOf(node) {
  const condition = node.field("condition");
  if (condition === null) return undefined;
  return condition.kind() === "parenthesized_expression" ? (condition.children().find((child) => child.isNamed()) ?? condition) : condition;
}

/** @param {Node} node */
export function bodyOf(node) {
  return node.field("consequence") ?? node.field("body") ?? undefined;
}

/** @param {Node} body */
export function statementsOf(body) {
  const inner = body.kind() === "then" || /block|compound|body/.test(String(body.kind())) ? body.children() : [body];
  return inner
    .filter((child) => child.isNamed() && child.kind() !== "comment")
    .flatMap((child) => (child.kind() === "statement_list" ? child.children().filter((one) => one.isNamed()) : [child]));
}

/** An expression statement is what it holds. @param {Node | undefined} node */
export const isExit = (node) =>
  node !== undefined &&
  (exitKinds.test(String(node.kind())) || exits.test(node.text()) || (node.kind() === "expression_statement" && exits.test(node.text())));

/** The statements that stand in a block by themselves. @param {Node} node */
export const statementOf = (node) => (node.parent()?.kind() === "expression_statement" ? /** @type {Node} */ (node.parent()) : node);

/** Ifs that end what follows them. @param {Subject} subject */
export function guards({ all }) {
  return all(...ifKinds).filter((node) => {
    if (node.field("alternative") !== null || node.children().some((child) => /^(?:else|elsif|elif)/.test(String(child.kind()))))
      return false;
    const statement = statementOf(node);
    if (/^(?:else|elif)/.test(String(statement.parent()?.kind())) || /\belse\s*$/.test(statement.prev()?.text() ?? "")) return false;
    const body = bodyOf(node);
    if (body === undefined || node.text().split("\n").length > 6) return false;
    const follows = statement.nextAll().some((other) => other.isNamed() && other.kind() !== "comment");
    return follows && isExit(statementsOf(body).at(-1));
  });
}

/** @param {Node} node */
export const operatorOf = (node) =>
  node.field("operator")?.text() ??
  node
    .children()
    .find((child) => /^(?:&&|\|\||and|or|<=?|>=?|===?|!==?)$/.test(child.text()))
    ?.text();

export const binary = ["binary_expression", "boolean_operator", "comparison_operator", "binary"];

/** @param {Node} node @returns {[Node, Node] | undefined} */
export function sidesOf(node) {
  const sides = node.children().filter((child) => child.isNamed() && child.kind() !== "comment");
  return sides.length === 2 ? /** @type {[Node, Node]} */ (sides) : undefined;
}
