import { elementOf, emptiedAt } from "./container.ts";
import { originOf } from "./origin.ts";
import { definitionsOf } from "./reaching.ts";
import { languageOfTree, type SyntaxNode } from "./tree.ts";

/** A text that is put together from pieces while the program runs. */
export interface Composition {
  /** Where it is put together: the argument itself, or what its variable was assigned. */
  readonly node: SyntaxNode;
  /** The pieces that are written in the source, joined. */
  readonly literal: string;
  /** The pieces that are not. */
  readonly parts: readonly SyntaxNode[];
}

const interpolationKinds = /^(template_substitution|interpolation|simple_expansion|expansion|command_substitution)$/;
const formatters =
  /(^|[.:])(format|sprintf|Sprintf|Sprint|Errorf|Format|Concat|join|concat|vsprintf|formatted)$|^(format|write|format_args)!$/;

/** How far a value is followed: enough for `const sql = "…" + id; query(sql)`, and bounded for what was written to make us work. */
const mostSteps = 24;

/** Whether a value is written in the source: a literal, something made of nothing else, or a name that is given only such. */
export function isConstant(node: SyntaxNode): boolean {
  const language = languageOfTree(node.getRoot());
  return language !== undefined && originOf(node, language) === 0;
}

/** How `node` is put together, following local variables to what they were assigned; undefined when it is not, or only from constants. */
export function compositionOf(node: SyntaxNode, depth = 0): Composition | undefined {
  if (depth > mostSteps) return undefined;
  const literals: string[] = [];
  const parts: SyntaxNode[] = [];
  if (collect(node, literals, parts, 0)) {
    const moving = parts.filter((part) => !isConstant(part));
    return moving.length === 0 ? undefined : { node, literal: literals.join("\u0000"), parts: moving };
  }
  if (/^[A-Za-z_$]\w*$/.test(node.text())) {
    for (const origin of assignmentsOf(node)) {
      const found = compositionOf(origin, depth + 8);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/**
 * How a text grew that was put together in several steps: `sql += …`, or `builder.append(…)` before `builder.toString()`. Undefined when nothing but
 * what is written in the source was added.
 */
export function grownOf(node: SyntaxNode): Composition | undefined {
  const base = builderOf(node);
  if (base === null || !/^[A-Za-z_]\w*$/.test(base.text())) return undefined;
  const emptied = emptiedAt(base);
  const definitions = definitionsOf(base).filter(({ start }) => start > emptied);
  const pieces = [...definitions.map(({ value }) => value), ...elementOf(base)];
  if (pieces.length < 2 && base.id() === node.id()) return undefined;
  const literals: string[] = [];
  const parts: SyntaxNode[] = [];
  for (const piece of pieces) {
    if (isText(piece)) literals.push(piece.text());
    else if (/^(?:&|new\()?(?:strings\.Builder|bytes\.Buffer)\b/.test(piece.text()))
      continue; // nothing in it yet
    else if (!collect(piece, literals, parts, 0)) {
      if (/^new\s/.test(piece.text())) collectStrings(piece, literals, 0);
      else parts.push(piece);
    }
  }
  const moving = parts.filter((part) => !isConstant(part));
  return moving.length === 0 || literals.length === 0 ? undefined : { node, literal: literals.join("\u0000"), parts: moving };
}

/** What a text was put together in: `builder.toString()` of Java, `builder.String()` of Go; else the node itself. */
function builderOf(node: SyntaxNode): SyntaxNode | null {
  if (node.kind() === "method_invocation") return node.field("name")?.text() === "toString" ? node.field("object") : node;
  const callee = node.kind() === "call_expression" ? node.field("function") : null;
  return callee?.field("field")?.text() === "String" ? callee.field("operand") : node;
}

/** Collects the pieces of a concatenation, interpolation or format; false when `node` is none of them. */
function collect(node: SyntaxNode, literals: string[], parts: SyntaxNode[], depth: number): boolean {
  if (depth > mostSteps) return false;
  const kind = String(node.kind());
  if (
    /^(parenthesized_expression|argument|await_expression|as_expression|reference_expression|pointer_expression|unary_expression)$/.test(
      kind,
    )
  ) {
    const inner = node.children().find((child) => child.isNamed());
    return inner !== undefined && collect(inner, literals, parts, depth + 1);
  }
  const interpolated = partsOf(node);
  if (interpolated.length > 0) {
    literals.push(node.text());
    for (const part of interpolated) parts.push(part.children().find((child) => child.isNamed() && /\w/.test(child.text())) ?? part);
    return true;
  }
  if (/^(binary_expression|binary_operator|binary|concatenated_string|infix_expression)$/.test(kind)) {
    const operator = node.field("operator")?.text() ?? node.child(1)?.text() ?? "";
    if (!["+", ".", "%", "<<", "||", "&"].includes(operator)) return false;
    const children = node.children().filter((child) => child.isNamed() && child.text() !== operator);
    const before = literals.length;
    const pieces: SyntaxNode[] = [];
    for (const child of children) {
      const written = isText(child) ? child : constantOfGo(child);
      if (written !== undefined) literals.push(written.text());
      else if (!collect(child, literals, pieces, depth + 1)) pieces.push(child);
    }
    if (literals.length === before) return false; // numbers are added too
    parts.push(...pieces);
    return true;
  }
  if (/^(call|call_expression|method_invocation|invocation_expression|macro_invocation|function_call_expression)$/.test(kind)) {
    const callee = [
      node.field("object"),
      node.field("receiver"),
      node.field("name") ?? node.field("method") ?? node.field("function") ?? node.field("macro"),
    ]
      .filter((part) => part !== null && part !== undefined)
      .map((part) => part.text())
      .join(".");
    if (kind === "macro_invocation" ? !/^(format|concat|write)$/.test(callee) : !formatters.test(callee.split("\n").at(-1) ?? ""))
      return false;
    const before = literals.length;
    collectStrings(node, literals, 0);
    const list = node.field("arguments") ?? node.children().at(-1);
    const format = list?.children().find((child) => child.isNamed());
    const named = literals.length === before && format !== undefined ? constantOfGo(format) : undefined;
    if (named !== undefined) literals.push(named.text());
    if (literals.length === before) return false;
    if (kind === "macro_invocation") {
      const names = /\{([a-z_]\w*)/.test(node.text()) || /"\s*,\s*[^)]/.test(node.text());
      if (names && list !== undefined && list !== null) parts.push(list);
      return names;
    }
    // `[…].join("")` of JavaScript has its pieces before it.
    const joined = node.field("function")?.field("object");
    const pieces = joined?.kind() === "array" ? joined.children() : [];
    for (const child of [...pieces, ...(list?.children() ?? [])]) if (child.isNamed() && !isText(child)) parts.push(child);
    return parts.length > 0;
  }
  return false;
}

function collectStrings(node: SyntaxNode, literals: string[], depth: number): void {
  if (isText(node)) literals.push(node.text());
  else if (depth < 6) for (const child of node.children()) collectStrings(child, literals, depth + 1);
}

/** The text of the source that a name of Go stands for in a concatenation. */
function constantOfGo(node: SyntaxNode): SyntaxNode | undefined {
  if (node.kind() !== "identifier" || languageOfTree(node.getRoot()) !== "go") return undefined;
  const [only, ...others] = assignmentsOf(node);
  return only !== undefined && others.length === 0 && isText(only) ? only : undefined;
}

function isText(node: SyntaxNode): boolean {
  return /string|^text_block$/.test(String(node.kind())) && partsOf(node).length === 0 && node.kind() !== "interpolated_string_expression";
}

/** The places of a string where values are put in. */
function partsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const kind = String(node.kind());
  if (!/string|heredoc|^subshell$/.test(kind)) return [];
  return node
    .children()
    .flatMap((child) => (child.kind() === "heredoc_body" || child.kind() === "string_content" ? [child, ...child.children()] : [child]))
    .filter(
      (child) =>
        interpolationKinds.test(String(child.kind())) ||
        (/^(encapsed_string|heredoc)/.test(kind) && /variable_name|subscript|member_access/.test(String(child.kind()))),
    );
}

/** What the variable or field `node` may have been given when control comes to it, nearest first. */
export function assignmentsOf(node: SyntaxNode): readonly SyntaxNode[] {
  return definitionsOf(node).map(({ value }) => value);
}
