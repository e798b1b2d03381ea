import type { SgRoot } from "@ast-grep/napi";
import type { Language } from "../rule.ts";
import { knownKinds } from "./grammar.ts";
import { functionKinds, languageOfTree, type SyntaxNode } from "./tree.ts";

/** A place where a name is given something. */
export interface Definition {
  /** The whole assignment, loop or declaration. */
  readonly node: SyntaxNode;
  readonly value: SyntaxNode;
  readonly start: number;
  readonly end: number;
  /** It changes what the name holds, or part of it, and leaves the rest: `x += y`, `x.name = y`, `x++`. */
  readonly adds: boolean;
  /** The name holds one after the other of what is in the value. */
  readonly loops: boolean;
}

/** A function and the names that are given something in it; the outermost is the file. */
export interface Scope {
  readonly node: SyntaxNode;
  readonly start: number;
  readonly end: number;
  readonly parent: Scope | undefined;
  readonly definitions: Map<string, Definition[]>;
}

interface FileIndex {
  readonly language: Language;
  readonly text: string;
  /** In the order of the file; an outer one stands before what is in it. */
  readonly scopes: readonly Scope[];
}

/** Of the file that was asked about last: files are looked at one after the other. It holds on to native memory, so it is let go of by name. */
let last: { readonly root: SgRoot; readonly index: FileIndex } | undefined;

/** How many passes over a file's assignments were made, and how many definitions were looked at, since the program began. For tests of what is done how often. */
export const work = { indexed: 0, looked: 0 };

/** Lets go of what is known about the names of the file that was asked about last. */
export function forgetDefinitions(): void {
  last = undefined;
}

/** The functions of the file of `node` and what is defined where. */
export function indexOf(node: SyntaxNode): FileIndex | undefined {
  const root = node.getRoot();
  if (last?.root === root) return last.index;
  const language = languageOfTree(root);
  if (language === undefined) return undefined;
  const file = root.root();
  const index = { language, text: file.text(), scopes: scopesOf(file, language) };
  last = { root, index };
  return index;
}

const functionKindNames =
  "function function_declaration function_expression function_definition function_item arrow_function method_definition method_declaration func_literal lambda lambda_expression constructor_declaration closure_expression local_function_statement anonymous_function anonymous_function_creation_expression method singleton_method do_block generator_function_declaration".split(
    " ",
  );
const assignmentKinds =
  "variable_declarator assignment_expression augmented_assignment_expression assignment augmented_assignment operator_assignment short_var_declaration assignment_statement var_spec const_spec let_declaration init_declarator variable_assignment named_expression enhanced_for_statement for_statement for_in_statement range_clause as_pattern foreach_statement resource update_expression inc_statement dec_statement".split(
    " ",
  );
/** What takes a value apart, or takes one after the other out of it: each name on its left may hold any part of what is on its right. */
const takingApart = /^(object_pattern|array_pattern|pattern_list|tuple_pattern|expression_list|tuple|as_pattern_target|list_literal)$/;
const changing = /^(augmented_|operator_assignment|update_expression|inc_statement|dec_statement)/;
const looping = /^(enhanced_for_statement|for_statement|for_in_statement|range_clause|foreach_statement)$/;

function scopesOf(root: SyntaxNode, language: Language): readonly Scope[] {
  work.indexed += 1;
  const file: Scope = { node: root, start: -1, end: Number.POSITIVE_INFINITY, parent: undefined, definitions: new Map() };
  const scopes: Scope[] = [file];
  const open: Scope[] = [file];
  for (const node of root.findAll(anyOf(language, functionKindNames))) {
    if (!node.isNamed() || !functionKinds.test(String(node.kind()))) continue;
    const { start, end } = node.range();
    while (open.at(-1)!.end < end.index) open.pop();
    const scope: Scope = { node, start: start.index, end: end.index, parent: open.at(-1), definitions: new Map() };
    scopes.push(scope);
    open.push(scope);
  }
  for (const node of root.findAll(anyOf(language, assignmentKinds))) define(node, scopes, language);
  return scopes;
}

function anyOf(language: Language, kinds: readonly string[]): { rule: { any: { kind: string }[] } } {
  return { rule: { any: knownKinds(language, kinds).map((kind) => ({ kind })) } };
}

function define(node: SyntaxNode, scopes: readonly Scope[], language: Language): void {
  const kind = String(node.kind());
  const [target, value] = sidesOf(node, kind);
  if (target === undefined || value === undefined) return;
  const parts = looping.test(kind) ? undefined : pairsOf(target, value);
  if (parts === undefined) defineOne(node, target, value, scopes, language);
  else for (const [one, worth] of parts) defineOne(node, one, worth, scopes, language);
}

const severalOnLeft = /^(pattern_list|tuple_pattern|expression_list|array_pattern|list_pattern|tuple)$/;
const severalOnRight = /^(expression_list|tuple|list|array|tuple_expression)$/;

/** `a, b = x, y`: each gets its own, where as many stand on both sides and none stands for several. */
function pairsOf(target: SyntaxNode, value: SyntaxNode): readonly (readonly [SyntaxNode, SyntaxNode])[] | undefined {
  if (!severalOnLeft.test(String(target.kind())) || !severalOnRight.test(String(value.kind()))) return undefined;
  const names = target.children().filter((child) => child.isNamed());
  const values = value.children().filter((child) => child.isNamed());
  if (names.length !== values.length || names.length > 12) return undefined;
  if ([...names, ...values].some((one) => /splat|spread|rest|starred/.test(String(one.kind())))) return undefined;
  return names.map((name, at) => [name, values[at]!] as const);
}

function defineOne(node: SyntaxNode, target: SyntaxNode, value: SyntaxNode, scopes: readonly Scope[], language: Language): void {
  const kind = String(node.kind());
  const { start, end } = value.range();
  const adds =
    changing.test(kind) || (/^assignment_(?:expression|statement)$/.test(kind) && /^[^=:]+=$/.test(node.field("operator")?.text() ?? ""));
  const definition = { node, value, start: start.index, end: end.index, adds, loops: looping.test(kind) };
  const scope = scopeAt(scopes, node.range().start.index);
  const field = language === "java" && kind === "assignment_expression" ? fieldOf(target, scope) : undefined;
  if (field !== undefined) add(scopes[0]!, field, definition);
  for (const { name, adds, isOwn } of namesOf(target, language))
    add(isOwn ? scopes[0]! : scope, name, adds ? { ...definition, adds } : definition);
}

/** A name that its function neither declares nor is handed is a field, or a variable that was declared without a value. */
function fieldOf(target: SyntaxNode, scope: Scope): string | undefined {
  const name = target.text();
  if (scope.parent === undefined || !/^\w{1,60}$/.test(name) || isParameter(name, scope)) return undefined;
  return scope.definitions.get(name)?.some(({ node }) => node.kind() === "variable_declarator") === true ? undefined : name;
}

function add({ definitions }: Scope, name: string, definition: Definition): void {
  const known = definitions.get(name);
  if (known === undefined) definitions.set(name, [definition]);
  else if (known.at(-1)!.value.id() !== definition.value.id()) known.push(definition);
}

interface DefinedName {
  readonly name: string;
  readonly adds?: boolean;
  /** A field of the object itself, which its other methods see. */
  readonly isOwn?: boolean;
}

/** What is defined by what stands on the left: names, fields, and in part the thing that has the field. */
function namesOf(target: SyntaxNode, language: Language): readonly DefinedName[] {
  const kind = String(target.kind());
  if (takingApart.test(kind))
    return target
      .findAll({ rule: { regex: "^[$*]?\\w+$" } })
      .filter((node) => node.isLeaf() || node.kind() === "variable_name")
      .map((node) => ({ name: bareName(node.text()) }));
  const text = bareName(target.text());
  if (/^\w+$/.test(text)) return [{ name: text }];
  if (text.length > 80) return [];
  const base = /^(\w+)\s*(?:\.|\[|->)/.exec(text)?.[1];
  if (base === undefined) return [];
  const isOwn = base === "this" || base === "self";
  if (!isOwn) return [{ name: text }, { name: base, adds: true }];
  // These languages' fields may be called without saying whose they are.
  const field = language === "java" || language === "csharp" ? /^this\.(\w+)$/.exec(text)?.[1] : undefined;
  return field === undefined
    ? [{ name: text, isOwn }]
    : [
        { name: text, isOwn },
        { name: field, isOwn },
      ];
}

export function bareName(text: string): string {
  return text.replace(/^[$*]/, "");
}

function sidesOf(assignment: SyntaxNode, kind: string): readonly [SyntaxNode | undefined, SyntaxNode | undefined] {
  if (changing.test(kind) && !/assignment/.test(kind)) {
    const target = assignment.field("argument") ?? assignment.children().find((child) => child.isNamed());
    return [target, assignment];
  }
  if (kind === "as_pattern") return [assignment.children().at(-1), assignment.child(0) ?? undefined];
  const target =
    assignment.field("left") ??
    assignment.field("name") ??
    assignment.field("pattern") ??
    assignment.field("declarator") ??
    assignment.field("alias") ??
    undefined;
  const value = assignment.field("right") ?? assignment.field("value") ?? undefined;
  // A loop that only counts has no right side, and its last child is what it does.
  if (value === undefined && looping.test(kind)) return [undefined, undefined];
  const worth = value ?? assignment.children().findLast((child) => child.isNamed());
  const named = target ?? assignment.child(0) ?? undefined;
  if (worth === undefined || named === undefined || worth.id() === named.id()) return [undefined, undefined];
  return [single(named), single(worth)];
}

/** Go writes lists on both sides; one of one is meant here, and several names of one value. */
function single(node: SyntaxNode): SyntaxNode {
  if (!/^(expression_list|equals_value_clause)$/.test(String(node.kind()))) return node;
  const named = node.children().filter((child) => child.isNamed());
  return named.length === 1 ? named[0]! : node;
}

/** The innermost function around a place in the file. */
export function scopeAt(scopes: readonly Scope[], position: number): Scope {
  let low = 0;
  let high = scopes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (scopes[middle]!.start <= position) low = middle;
    else high = middle - 1;
  }
  let scope = scopes[low]!;
  while (scope.end <= position && scope.parent !== undefined) scope = scope.parent;
  return scope;
}

const definedBelow = new WeakMap<Scope, Map<string, boolean>>();

/** Whether a function within `scope` gives something to a name of that spelling. */
export function isDefinedBelow(name: string, scope: Scope, scopes: readonly Scope[]): boolean {
  let known = definedBelow.get(scope);
  if (known === undefined) {
    known = new Map();
    definedBelow.set(scope, known);
  }
  let answer = known.get(name);
  if (answer === undefined) {
    answer = false;
    for (let at = scopes.indexOf(scope) + 1; !answer && at < scopes.length && scopes[at]!.start <= scope.end; at += 1)
      answer = scopes[at]!.definitions.has(name);
    known.set(name, answer);
  }
  return answer;
}

const parameters = new WeakMap<Scope, ReadonlySet<string>>();

/** Whether a function is handed something of that name. */
export function isParameter(name: string, scope: Scope): boolean {
  if (scope.parent === undefined) return false;
  let words = parameters.get(scope);
  if (words === undefined) {
    const list = scope.node.field("parameters") ?? scope.node.field("parameter") ?? scope.node.field("declarator")?.field("parameters");
    words = new Set(
      list?.children().some(isOfJava) ? list.children().filter(isOfJava).map(nameOfJava) : list?.text().slice(0, 4_000).match(/\w+/g),
    );
    parameters.set(scope, words);
  }
  return words.has(name);
}

function isOfJava(place: SyntaxNode): boolean {
  return place.kind() === "formal_parameter" || place.kind() === "spread_parameter";
}

/** `String name` and `String... names`: a type is no name. */
function nameOfJava(place: SyntaxNode): string {
  return (place.field("name") ?? place.children().at(-1))?.text() ?? "";
}
