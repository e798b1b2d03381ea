import { type SyntaxNode, scopeOf } from "./tree.ts";

/** A text that is put together from pieces while the program runs. */
export interface Composition {
  /** Where it is put together: the argument itself, or what its variable was assigned. */
  readonly node: SyntaxNode;
  /** The pieces that are written in the source, joined. */
  readonly literal: string;
  /** The pieces that are not. */
  readonly parts: readonly SyntaxNode[];
}

const literalKinds =
  /^(string|string_literal|interpreted_string_literal|raw_string_literal|string_content|string_fragment|template_string|encapsed_string|verbatim_string_literal|text_block|char_literal|number|integer|float|int_literal|integer_literal|float_literal|decimal_integer_literal|true|false|null|none|nil|boolean_literal|null_literal|raw_string|nowdoc_body|concatenated_string|number_literal|boolean)$/;
const interpolationKinds = /^(template_substitution|interpolation|simple_expansion|expansion|command_substitution)$/;
const formatters =
  /(^|[.:])(format|sprintf|Sprintf|Sprint|Errorf|Format|Concat|join|concat|vsprintf|formatted)$|^(format|write|format_args)!$/;

/** How far a value is followed: enough for `const sql = "…" + id; query(sql)`, and bounded for what was written to make us work. */
const mostSteps = 24;

/** Whether a value is written in the source as it is: a literal, or a name that was given one and says so by its capitals. */
export function isConstant(node: SyntaxNode, depth = 0): boolean {
  if (depth > mostSteps) return false;
  const kind = String(node.kind());
  if (literalKinds.test(kind)) return partsOf(node).length === 0;
  if (
    /^(parenthesized_expression|argument|as_expression|binary_expression|binary_operator|concatenated_string|unary_expression|encapsed_string|binary)$/.test(
      kind,
    )
  )
    return node
      .children()
      .filter((child) => child.isNamed())
      .every((child) => isConstant(child, depth + 1));
  const text = node.text();
  if (/^([A-Za-z_]\w*\.|[A-Z]\w*::|self::)*[A-Z][A-Z0-9_]{2,}$/.test(text)) return true;
  if (/^[A-Za-z_$]\w*$/.test(text)) {
    const origins = assignmentsOf(node);
    return origins.length > 0 && origins.every((origin) => isConstant(origin, depth + 1));
  }
  return false;
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
    for (const part of interpolated) parts.push(part.children().find((child) => child.isNamed()) ?? part);
    return true;
  }
  if (/^(binary_expression|binary_operator|binary|concatenated_string|infix_expression)$/.test(kind)) {
    const operator = node.field("operator")?.text() ?? node.child(1)?.text() ?? "";
    if (!["+", ".", "%", "<<", "||", "&"].includes(operator)) return false;
    const children = node.children().filter((child) => child.isNamed() && child.text() !== operator);
    const before = literals.length;
    const pieces: SyntaxNode[] = [];
    for (const child of children) {
      if (isText(child)) literals.push(child.text());
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
    if (literals.length === before) return false;
    const list = node.field("arguments") ?? node.children().at(-1);
    if (kind === "macro_invocation") {
      const names = /\{([a-z_]\w*)/.test(node.text()) || /"\s*,\s*[^)]/.test(node.text());
      if (names && list !== undefined && list !== null) parts.push(list);
      return names;
    }
    for (const child of list?.children() ?? []) if (child.isNamed() && !isText(child)) parts.push(child);
    return parts.length > 0;
  }
  return false;
}

function collectStrings(node: SyntaxNode, literals: string[], depth: number): void {
  if (isText(node)) literals.push(node.text());
  else if (depth < 6) for (const child of node.children()) collectStrings(child, literals, depth + 1);
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

const assignmentKinds =
  /^(variable_declarator|assignment_expression|augmented_assignment_expression|assignment|augmented_assignment|operator_assignment|short_var_declaration|assignment_statement|var_spec|let_declaration|local_variable_declaration|init_declarator|variable_assignment|named_expression|enhanced_for_statement|for_statement|for_in_statement|range_clause|as_pattern|foreach_statement)$/;
/** What takes a value apart, or takes one after the other out of it: each name on its left may hold any part of what is on its right. */
const takingApart = /^(object_pattern|array_pattern|pattern_list|tuple_pattern|expression_list|tuple|as_pattern_target|list_literal)$/;

/** What the variable `node` was assigned before, in the function it stands in, nearest first. */
export function assignmentsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const name = node.text().replace(/^\$/, "");
  if (!/^\w+$/.test(name) || /^(?:err\d?|error|ok|_)$/.test(name)) return [];
  const end = node.range().start.index;
  const values: SyntaxNode[] = [];
  for (const mention of scopeOf(node).findAll({ rule: { regex: `^[$*]?${name}$` } })) {
    if (mention.range().end.index > end) break;
    const assignment = assignmentOf(mention);
    if (assignment === undefined) continue;
    const [target, value] = sidesOf(assignment);
    if (target === undefined || value === undefined || value.range().end.index > end || values.at(-1)?.id() === value.id()) continue;
    if (target.text().replace(/^[$*]/, "") === name || (takingApart.test(String(target.kind())) && isWithin(mention, target)))
      values.push(value);
  }
  return values.reverse();
}

/** The assignment whose target a name may be: what stands between the two is a list or a declarator. */
function assignmentOf(mention: SyntaxNode): SyntaxNode | undefined {
  let node: SyntaxNode | null = mention;
  for (let level = 0; level < 4 && node !== null; level += 1) {
    node = node.parent();
    if (node !== null && assignmentKinds.test(String(node.kind()))) return node;
  }
  return undefined;
}

function sidesOf(assignment: SyntaxNode): readonly [SyntaxNode | undefined, SyntaxNode | undefined] {
  const target =
    assignment.field("left") ??
    assignment.field("name") ??
    assignment.field("pattern") ??
    assignment.field("declarator") ??
    assignment.field("alias") ??
    undefined;
  // A loop that only counts has no right side, and its last child is what it does.
  const isLoop = /_statement$|_clause$/.test(String(assignment.kind())) && assignment.kind() !== "assignment_statement";
  const value = assignment.field("right") ?? assignment.field("value") ?? undefined;
  if (isLoop && value === undefined) return [undefined, undefined];
  if (assignment.kind() === "as_pattern") return [assignment.children().at(-1), assignment.child(0) ?? undefined];
  return [single(target ?? assignment.child(0) ?? undefined), single(value ?? assignment.children().findLast((child) => child.isNamed()))];
}

function isWithin(inner: SyntaxNode, outer: SyntaxNode): boolean {
  return inner.range().start.index >= outer.range().start.index && inner.range().end.index <= outer.range().end.index;
}

/** Go writes lists on both sides; one of one is meant here, and several names of one value. */
function single(node: SyntaxNode | undefined): SyntaxNode | undefined {
  if (node === undefined || !/^(expression_list|equals_value_clause)$/.test(String(node.kind()))) return node;
  const named = node.children().filter((child) => child.isNamed());
  return named.length === 1 ? named[0] : node;
}
