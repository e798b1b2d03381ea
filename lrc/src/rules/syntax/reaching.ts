import { verbose } from "../text/index.ts";
import { argumentNodes, receiverOf } from "./call-parts.ts";
import { answerOfText, type Constant } from "./constant.ts";
import { bareName, type Definition, indexOf, isDefinedBelow, isParameter, type Scope, scopeAt, work } from "./definitions.ts";
import { functionCalled, returnsOf } from "./functions.ts";
import { siblingsOf } from "./siblings.ts";
import type { SyntaxNode } from "./tree.ts";

/*
 * What a name may hold depends on the branches that are taken, and that on what the names in their conditions hold: the three parts of this file need
 * each other.
 */

/** More of them tell nothing new, and following each would cost what nobody has. */
const mostDefinitions = 12;
const mostLookedAt = 48;

/**
 * What the name or field `node` may have been given when control comes to it, nearest first: an assignment that is always made on the way hides those
 * before it, one in another branch does not count, and neither does one in a branch that is never taken. A name that its function is
 * handed has none; one of a function further out has what it was given there.
 */
export function definitionsOf(node: SyntaxNode): readonly Definition[] {
  const name = bareName(node.text());
  if (name.length > 80 || /^(?:err\d?|error|ok|_)$/.test(name)) return [];
  const index = indexOf(node);
  if (index === undefined) return [];
  const position = node.range().start.index;
  let isInner = true;
  for (let scope: Scope | undefined = scopeAt(index.scopes, position); scope !== undefined; scope = scope.parent) {
    const found = scope.definitions.get(name);
    if (found !== undefined) {
      const reaching = isInner || scope.parent !== undefined ? reachingOf(found, position, scope) : ofFile(found, position, index.scopes);
      if (reaching.length > 0) return reaching;
      if (!isInner || scope.parent === undefined) return found.slice(0, 4);
    }
    if (isParameter(name, scope)) return [];
    isInner = false;
  }
  return [];
}

/**
 * What a name of the file, or a field, may hold within a function: what that function gave it before, or else whatever any other one gives it, since nobody
 * knows in which order they are called.
 */
function ofFile(found: readonly Definition[], position: number, scopes: readonly Scope[]): readonly Definition[] {
  const file = scopes[0]!;
  const own = scopeAt(scopes, position);
  const homes = found.slice(0, mostLookedAt).map(({ start }) => scopeAt(scopes, start));
  if (homes.every((home) => home === file)) return reachingOf(found, position, file);
  const inside = found.filter((_definition, at) => homes[at] === own);
  const reaching = reachingOf(inside, position, own);
  const last = reaching.at(-1);
  if (last !== undefined && !last.adds && !mayBePassedBy(last.node, own, position)) return reaching;
  return found.slice(0, mostDefinitions);
}

function reachingOf(definitions: readonly Definition[], position: number, scope: Scope): readonly Definition[] {
  let low = 0;
  let high = definitions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (definitions[middle]!.end <= position) low = middle + 1;
    else high = middle;
  }
  const reaching: Definition[] = [];
  const first = Math.max(0, low - mostLookedAt);
  for (let at = low - 1; at >= first && reaching.length < mostDefinitions; at -= 1) {
    work.looked += 1;
    const definition = definitions[at]!;
    const branches = branchesOf(definition, scope);
    if (branches.some((branch) => excludes(branch, position) || isDead(branch))) continue;
    reaching.push(definition);
    if (!definition.adds && branches.every((branch) => contains(branch, position) || isCertain(branch))) break;
  }
  return reaching;
}

/** Whether who comes to `position` may not have come through `node`, which stands before it in the same function. */
export function mayBePassedBy(node: SyntaxNode, scope: Scope, position: number): boolean {
  return branchesAround(node, scope).some((branch) => !contains(branch, position));
}

/** What may be passed by: the arm of a condition, the body of a loop, a case, a handler. */
interface Branch {
  readonly node: SyntaxNode;
  /** The statement it is a part of. */
  readonly owner: SyntaxNode;
  readonly kind: "arm" | "body" | "case" | "handler";
  readonly start: number;
  readonly end: number;
  readonly ownerEnd: number;
}

const branchesOfDefinitions = new WeakMap<Definition, readonly Branch[]>();

function branchesOf(definition: Definition, scope: Scope): readonly Branch[] {
  let branches = branchesOfDefinitions.get(definition);
  if (branches === undefined) {
    branches = branchesAround(definition.node, scope);
    branchesOfDefinitions.set(definition, branches);
  }
  return branches;
}

/** The branches that a node stands in, innermost first, up to its function. */
function branchesAround(node: SyntaxNode, scope: Scope): readonly Branch[] {
  const branches: Branch[] = [];
  const end = scope.node.id();
  let child = node;
  for (let parent = node.parent(); parent !== null && child.id() !== end; parent = parent.parent()) {
    const kind = branchKind(child, parent);
    if (kind !== undefined) {
      const owner = kind === "case" || kind === "handler" ? (parent.parent() ?? parent) : parent;
      const place = kind === "case" || kind === "handler" ? parent : child;
      const { start, end: last } = place.range();
      branches.push({ node: place, owner, kind, start: start.index, end: last.index, ownerEnd: owner.range().end.index });
    }
    child = parent;
  }
  return branches;
}

const conditionals = /^(if_statement|if_expression|if|unless|elif_clause|if_modifier|unless_modifier|conditional)$/;
const loops = verbose`
  ^(
    for_statement | while_statement | for_in_statement | enhanced_for_statement | foreach_statement | for_expression
    | while_expression | while | until | for
  )$
`;
const cases = verbose`
  ^(
    switch_block_statement_group | switch_rule | switch_case | switch_default | expression_case | default_case
    | type_case | communication_case | case_clause | switch_section | case_statement | default_statement | match_arm
    | when
  )$
`;
const handlers = /^(catch_clause|except_clause|rescue)$/;

function branchKind(child: SyntaxNode, parent: SyntaxNode): Branch["kind"] | undefined {
  const kind = String(parent.kind());
  if (conditionals.test(kind)) {
    if (!child.isNamed() || parent.field("condition")?.id() === child.id() || parent.field("initializer")?.id() === child.id())
      return undefined;
    return "arm";
  }
  if (loops.test(kind)) return parent.field("body")?.id() === child.id() ? "body" : undefined;
  if (cases.test(kind)) return "case";
  if (handlers.test(kind)) return "handler";
  return undefined;
}

function contains({ start, end }: Branch, position: number): boolean {
  return start <= position && position < end;
}

/** Whether who is at `position` cannot have come through this branch: it stands in another one of the same condition. */
function excludes(branch: Branch, position: number): boolean {
  if (contains(branch, position) || position >= branch.ownerEnd) return false;
  if (branch.kind === "arm") return true;
  return branch.kind === "case" && /\b(?:break|return|throw|continue)\b[^;{}]*;?\s*\}?\s*$/.test(branch.node.text().slice(-120));
}

const known = new WeakMap<Branch, boolean>();

/** Whether a branch is never taken, because what decides about it is written in the source. */
function isDead(branch: Branch): boolean {
  let dead = known.get(branch);
  if (dead === undefined) {
    known.set(branch, false); // for a condition that asks about what stands in its own branch
    dead = branch.kind === "arm" ? isDeadArm(branch.node, branch.owner) : branch.kind === "case" && isDeadCase(branch.node);
    known.set(branch, dead);
  }
  return dead;
}

/** Whether a branch is taken whenever its statement is reached, because what decides about it is written in the source. */
function isCertain({ kind, node, owner }: Branch): boolean {
  if (kind !== "arm") return false;
  const condition = owner.field("condition");
  const holds = condition === null ? undefined : constantOf(condition);
  return (
    typeof holds === "boolean" &&
    (owner.field("consequence")?.id() === node.id() ? holds : !holds && owner.field("alternative")?.id() === node.id())
  );
}

/** The condition of an `if` decides about its arms; what is behind an `elif` that holds is never reached either. */
function isDeadArm(arm: SyntaxNode, owner: SyntaxNode): boolean {
  const condition = owner.field("condition");
  if (condition === null) return false;
  const holds = constantOf(condition);
  if (typeof holds !== "boolean") return false;
  const isFirst = owner.field("consequence")?.id() === arm.id();
  return isFirst ? !holds : holds;
}

/** A case that the value of a `switch` is not, unless the one before it runs into it. */
export function isDeadCase(node: SyntaxNode): boolean {
  const { nodes } = siblingsOf(node);
  let taken = takenOfSwitches.get(nodes);
  if (taken === undefined) {
    takenOfSwitches.set(nodes, { cases: undefined }); // for a value that is decided in the switch itself
    taken = { cases: casesTaken(node, nodes) };
    takenOfSwitches.set(nodes, taken);
  }
  return taken.cases?.has(node.id()) === false;
}

/** By the cases of a `switch`, which are asked about one after the other. */
const takenOfSwitches = new WeakMap<readonly SyntaxNode[], { readonly cases: ReadonlySet<number> | undefined }>();

/** The cases of a `switch` that its value comes to: the one it names, or the default one, and those that this runs on into. Undefined where the value is not known. */
function casesTaken(node: SyntaxNode, siblings: readonly SyntaxNode[]): ReadonlySet<number> | undefined {
  const owner = switchOf(node);
  const subject = owner?.field("condition") ?? owner?.field("value") ?? owner?.field("subject");
  const value = subject === null || subject === undefined ? undefined : constantOf(subject);
  if (value === undefined) return undefined;
  const all = siblings.filter((one) => cases.test(String(one.kind())) || isDefault(one));
  const chosen = all.findIndex((one) => labelsOf(one).includes(value));
  const first = chosen === -1 ? all.findIndex(isDefault) : chosen;
  const taken = new Set<number>();
  for (const one of first === -1 ? [] : all.slice(first)) {
    taken.add(one.id());
    if (!runsOn(one) || /\b(?:break|return|throw|continue|yield)\b/.test(one.text())) break;
  }
  return taken;
}

function switchOf(node: SyntaxNode): SyntaxNode | undefined {
  let owner = node.parent();
  if (owner !== null && /body|block/.test(String(owner.kind()))) owner = owner.parent();
  return owner ?? undefined;
}

function isDefault(node: SyntaxNode): boolean {
  return (
    /^(switch_default|default_case|default_statement)$/.test(String(node.kind())) ||
    /^default\b|^case\s+_\s*:/.test(node.text().slice(0, 20))
  );
}

/** Go, Python and arrows do not run on into the next case. */
function runsOn(node: SyntaxNode): boolean {
  return /^(switch_block_statement_group|switch_case|switch_default|case_statement|switch_section)$/.test(String(node.kind()));
}

function labelsOf(node: SyntaxNode): readonly unknown[] {
  const labels = node.children().filter((child) => child.kind() === "switch_label");
  const values = labels.length > 0 ? labels.flatMap((label) => label.children()) : node.children().slice(0, 3);
  return values.filter((child) => child.isNamed()).flatMap((child) => constantOf(child) ?? []);
}

const mostSteps = 12;

/** What an expression is worth whenever it is reached, as far as the source says it: arithmetic, comparisons and texts of what is written there. */
export function constantOf(node: SyntaxNode, depth = 0): Constant | undefined {
  if (depth > mostSteps) return undefined;
  const kind = String(node.kind());
  const text = node.text();
  if (text.length > 400) return undefined;
  if (/^(true|false|boolean|True|False|boolean_literal)$/.test(kind) || /^(?:true|false|True|False)$/.test(text))
    return /^[tT]rue$/.test(text);
  if (kind === "null_literal") return null;
  if (/^-?\d[\d_]*(?:\.\d+)?[lLfFdD]?$/.test(text)) return Number(text.replace(/[_lLfFdD]/g, ""));
  if (/^(?:string|string_literal|interpreted_string_literal|raw_string_literal|character_literal|char_literal|rune_literal)$/.test(kind))
    return /^(["'`])(.*)\1$/s.exec(text)?.[2];
  if (/^(?:parenthesized_expression|expression_list|expression_case)$/.test(kind)) {
    const inner = node.children().filter((child) => child.isNamed());
    return inner.length === 1 ? constantOf(inner[0]!, depth + 1) : undefined;
  }
  if (/^(?:unary_expression|not_operator|unary_operator)$/.test(kind)) {
    const value = constantOf(node.children().findLast((child) => child.isNamed()) ?? node, depth + 1);
    if (/^(?:!|not\b)/.test(text)) return typeof value === "boolean" ? !value : undefined;
    return text.startsWith("-") && typeof value === "number" ? -value : undefined;
  }
  if (/^(?:binary_expression|binary_operator|boolean_operator|comparison_operator)$/.test(kind)) return binary(node, depth);
  if (/^(?:ternary_expression|conditional_expression)$/.test(kind)) {
    const arm = chosenArm(node, depth + 1);
    return arm === undefined ? undefined : constantOf(arm, depth + 1);
  }
  if (/^(?:identifier|variable_name)$/.test(kind)) return ofName(node, text, depth);
  if (kind === "method_invocation" || kind === "call_expression") return ofCall(node, depth);
  return undefined;
}

/** What a conditional expression asks. Python writes it in the middle, and its grammar gives it no name. */
export function conditionOf(node: SyntaxNode): SyntaxNode | undefined {
  return node.field("condition") ?? node.children().filter((child) => child.isNamed())[isTurned(node) ? 1 : 0];
}

function isTurned(node: SyntaxNode): boolean {
  return node.kind() === "conditional_expression" && node.field("condition") === null && /\sif\s/.test(node.text());
}

/** The arm of a conditional expression that is always taken, if one is. */
export function chosenArm(node: SyntaxNode, depth = 0): SyntaxNode | undefined {
  const condition = conditionOf(node);
  const [first, second, third] = node.children().filter((child) => child.isNamed());
  if (condition === undefined || third === undefined) return undefined;
  const holds = constantOf(condition, depth);
  if (typeof holds !== "boolean") return undefined;
  if (isTurned(node)) return holds ? first : third;
  return holds ? second : third;
}

function binary(node: SyntaxNode, depth: number): Constant | undefined {
  const children = node.children();
  if (children.length !== 3) return undefined;
  const left = constantOf(children[0]!, depth + 1);
  const operator = children[1]!.text();
  if ((operator === "&&" || operator === "and") && left === false) return false;
  if ((operator === "||" || operator === "or") && left === true) return true;
  if (left === undefined) return undefined;
  const right = constantOf(children[2]!, depth + 1);
  if (right === undefined) return undefined;
  switch (operator) {
    case "==":
    case "===":
      return left === right;
    case "!=":
    case "!==":
      return left !== right;
    case "&&":
    case "and":
    case "||":
    case "or":
      return typeof right === "boolean" ? right : undefined;
    case "+":
      return typeof left === "number" && typeof right === "number" ? left + right : `${left}${right}`;
  }
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  switch (operator) {
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return right === 0 ? undefined : Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(left / right) : left / right;
    case "%":
      return right === 0 ? undefined : left % right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "<=":
      return left <= right;
    case ">=":
      return left >= right;
    default:
      return undefined;
  }
}

/** A name that is given something once, and nowhere else changed. */
function ofName(node: SyntaxNode, name: string, depth: number): Constant | undefined {
  const index = indexOf(node);
  if (index === undefined) return undefined;
  const [only, ...others] = definitionsOf(node);
  if (only === undefined || others.length > 0 || only.adds || only.loops) return undefined;
  const home = scopeAt(index.scopes, only.start);
  if ((home.definitions.get(name)?.length ?? 0) !== 1) return undefined;
  // A function within may give it something at any time.
  if (isDefinedBelow(name, home, index.scopes)) return undefined;
  const value = constantOf(only.value, depth + 1);
  // A field that begins with nothing is given something by somebody, if not in this file.
  return value === null && (home.parent === undefined || index.language !== "java") ? undefined : value;
}

/** `text.charAt(1)`, `text.equals("a")`, and `isOn()` of this file. */
function ofCall(node: SyntaxNode, depth: number): Constant | undefined {
  const receiver = receiverOf(node);
  const name = (node.field("name") ?? node.field("function")?.field("property") ?? node.field("function"))?.text() ?? "";
  if (receiver === undefined) return answerOf(node, name, depth);
  const text = constantOf(receiver, depth + 1);
  if (typeof text !== "string") return undefined;
  const values: Constant[] = [];
  for (const argument of argumentNodes(node)) {
    const value = constantOf(argument, depth + 1);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return answerOfText(text, name, values);
}

/** What a method of Java always answers that no other class can override. */
function answerOf(call: SyntaxNode, name: string, depth: number): Constant | undefined {
  if (call.kind() !== "method_invocation") return undefined;
  const own = functionCalled(call, name, undefined);
  const modifiers = own?.node.children().find((child) => child.kind() === "modifiers");
  if (own === undefined || !/\b(?:private|static|final)\b/.test(modifiers?.text() ?? "")) return undefined;
  const [only, ...others] = returnsOf(own);
  return only === undefined || others.length > 0 ? undefined : constantOf(only, depth + 1);
}
