import { indexOf, type Scope, scopeAt } from "./definitions.ts";
import { knownKinds } from "./grammar.ts";
import type { SyntaxNode } from "./tree.ts";

type FileIndex = NonNullable<ReturnType<typeof indexOf>>;

/** A call of a method of something that has a name. */
export interface FoundCall {
  readonly node: SyntaxNode;
  readonly method: string;
  readonly arguments: readonly SyntaxNode[];
  readonly start: number;
  readonly end: number;
}

/** A call of a function of this file. The first parameter of a method of Python is the object: `shift` places come before the arguments. */
interface Caller {
  readonly arguments: readonly SyntaxNode[];
  readonly shift: number;
}

/** A call that fills what it is handed. */
interface Filler {
  readonly node: SyntaxNode;
  readonly start: number;
  readonly end: number;
}

interface FileCalls {
  readonly byReceiver: ReadonlyMap<string, readonly FoundCall[]>;
  readonly byName: ReadonlyMap<string, readonly SyntaxNode[]>;
  readonly byAddress: ReadonlyMap<string, readonly Filler[]>;
}

const callKinds = [
  "call",
  "call_expression",
  "method_invocation",
  "invocation_expression",
  "member_call_expression",
  "function_call_expression",
  "object_creation_expression",
];
const calls = new WeakMap<FileIndex, FileCalls>();
const functionsByName = new WeakMap<FileIndex, ReadonlyMap<string, readonly Scope[]>>();

function callsIn(index: FileIndex): FileCalls {
  let found = calls.get(index);
  if (found === undefined) {
    found = findCalls(index);
    calls.set(index, found);
  }
  return found;
}

function findCalls({ scopes, language }: FileIndex): FileCalls {
  const byReceiver = new Map<string, FoundCall[]>();
  const byName = new Map<string, SyntaxNode[]>();
  const byAddress = new Map<string, Filler[]>();
  for (const node of scopes[0]!.node.findAll({ rule: { any: knownKinds(language, callKinds).map((kind) => ({ kind })) } })) {
    const callee = node.field("function");
    const receiver = node.field("object") ?? node.field("receiver") ?? callee?.field("object") ?? callee?.field("operand");
    const name =
      node.field("name") ??
      node.field("method") ??
      (node.kind() === "object_creation_expression" ? node.field("type") : null) ??
      callee?.field("property") ??
      callee?.field("attribute") ??
      callee?.field("field") ??
      callee;
    const method = name?.text().replace(/<[\s\S]*$/, "") ?? "";
    if (!/^\w{1,60}$/.test(method)) continue;
    push(byName, method, node);
    if (language === "java" && /^(?:read|readFully|readNBytes|getChars)$/.test(method)) {
      const buffer = valuesOf(node)[method === "getChars" ? 2 : 0];
      if (buffer?.kind() === "identifier") push(byAddress, buffer.text(), fillerOf(node));
    }
    if (language === "go") for (const address of addressesIn(node)) push(byAddress, address, fillerOf(node));
    const root = receiver === null || receiver === undefined ? undefined : rootOf(receiver);
    if (root === undefined) continue;
    const { start, end } = node.range();
    push(byReceiver, root, { node, method, arguments: valuesOf(node), start: start.index, end: end.index });
  }
  for (const found of [...byReceiver.values(), ...byAddress.values()]) found.sort((one, other) => one.end - other.end);
  return { byReceiver, byName, byAddress };
}

function fillerOf(node: SyntaxNode): Filler {
  const { start, end } = node.range();
  return { node, start: start.index, end: end.index };
}

const fluent = /^(?:append|insert|put|add|reverse|set\w{0,40})$/;

/** The name of what is changed: `built` of `built.append(one).append(two)`. */
function rootOf(receiver: SyntaxNode): string | undefined {
  let node = receiver;
  for (let links = 0; links < 20; links += 1) {
    if (/^(?:identifier|variable_name)$/.test(String(node.kind()))) return node.text().replace(/^\$/, "");
    const next = node.kind() === "method_invocation" && fluent.test(node.field("name")?.text() ?? "") ? node.field("object") : null;
    if (next === null) return undefined;
    node = next;
  }
  return undefined;
}

/** The names whose address a call of Go is given: what it fills. */
function addressesIn(node: SyntaxNode): readonly string[] {
  return valuesOf(node).flatMap((value) => /^&(\w{1,60})$/.exec(value.text().slice(0, 62))?.[1] ?? []);
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function valuesOf(node: SyntaxNode): readonly SyntaxNode[] {
  return (
    node
      .field("arguments")
      ?.children()
      .filter((child) => child.isNamed() && child.kind() !== "comment") ?? []
  );
}

/** More of them are not looked through. */
const mostCalls = 200;

/** The calls of methods of what is called `name`, in the order of the file. */
export function callsOn(name: string, index: FileIndex): readonly FoundCall[] {
  const found = callsIn(index).byReceiver.get(name) ?? [];
  return found.length > mostCalls ? [] : found;
}

/** The calls of whatever is called `name`, in the order of the file. */
export function callsNamed(name: string, index: FileIndex): readonly SyntaxNode[] {
  return callsIn(index).byName.get(name) ?? [];
}

/** The calls that were given a name before to fill it: by its address in Go, a buffer in Java. */
export function fillersOf(node: SyntaxNode, index: FileIndex): readonly SyntaxNode[] {
  const found = callsIn(index).byAddress.get(node.text());
  if (found === undefined) return [];
  const position = node.range().start.index;
  const scope = scopeAt(index.scopes, position);
  let last = 0;
  for (let high = found.length; last < high; ) {
    const middle = (last + high) >> 1;
    if (found[middle]!.end <= position) last = middle + 1;
    else high = middle;
  }
  const fillers: SyntaxNode[] = [];
  const first = Math.max(0, last - mostLookedAt);
  for (let at = last - 1; at >= first && fillers.length < mostFillers; at -= 1)
    if (scopeAt(index.scopes, found[at]!.start) === scope) fillers.push(found[at]!.node);
  return fillers;
}

const mostLookedAt = 24;
const mostFillers = 4;

function functionsOf(index: FileIndex): ReadonlyMap<string, readonly Scope[]> {
  let found = functionsByName.get(index);
  if (found === undefined) {
    const named = new Map<string, Scope[]>();
    for (const scope of index.scopes.slice(1)) {
      const name = nameOf(scope);
      // A method without a body is one that others have.
      if (name !== "" && (index.language !== "java" || scope.node.field("body") !== null)) push(named, name, scope);
    }
    found = named;
    functionsByName.set(index, found);
  }
  return found;
}

function nameOf({ node }: Scope): string {
  const own = node.field("name")?.text();
  if (own !== undefined) return own;
  const parent = node.parent();
  const holder = parent?.field("name") ?? parent?.field("left") ?? parent?.field("key");
  return holder === null || holder === undefined ? "" : holder.text().replace(/^(?:module\.)?exports\.|^this\./, "");
}

/**
 * The function of this file that a call goes to: of a name, of the object itself, or of a thing whose class is known (`type`). Where several have the name, only
 * the one of that class is meant.
 */
export function functionCalled(call: SyntaxNode, callee: string, receiver: SyntaxNode | undefined, type?: string): Scope | undefined {
  const name = /(\w+)$/.exec(callee)?.[1];
  const index = indexOf(call);
  if (name === undefined || index === undefined) return undefined;
  const made = receiver === undefined ? undefined : (type ?? /^\(?\s*new\s+(\w+)\s*\(/.exec(receiver.text().slice(0, 100))?.[1]);
  if (receiver !== undefined && made === undefined && !/^(?:this|self|cls|[A-Z]\w*)$/.test(receiver.text())) return undefined;
  const found = functionsOf(index).get(name) ?? [];
  const ofClass = made === undefined || found.length < 2 ? found : found.filter((scope) => classOf(scope) === made);
  const [only, ...others] = ofClass.length < 2 ? ofClass : ofClass.filter((scope) => takes(scope, valuesOf(call).length));
  if (only === undefined || others.length > 0) return undefined;
  if (type !== undefined && classOf(only) !== type) return undefined;
  // What calls itself is followed no further.
  return scopeAt(index.scopes, call.range().start.index) === only ? undefined : only;
}

/** The class that a method stands in. */
function classOf({ node }: Scope): string | undefined {
  for (let parent = node.parent(), level = 0; parent !== null && level < 4; parent = parent.parent(), level += 1)
    if (/^class_(?:declaration|definition)$|^(?:enum|record)_declaration$/.test(String(parent.kind()))) return parent.field("name")?.text();
    else if (parent.kind() === "object_creation_expression") return parent.field("type")?.text();
  return undefined;
}

/** Whether a function of Java can be called with as many values. */
function takes({ node }: Scope, count: number): boolean {
  const places = placesOf(node);
  return places.length === count || (isVariadic(places.at(-1)) && count >= places.length - 1);
}

function placesOf(node: SyntaxNode): readonly SyntaxNode[] {
  const list = node.field("parameters") ?? node.field("parameter") ?? node.field("declarator")?.field("parameters");
  return list?.children().filter((child) => child.isNamed() && child.kind() !== "comment") ?? [];
}

/** Whether a parameter of Java holds all values from its place on. */
function isVariadic(place: SyntaxNode | undefined): boolean {
  return place?.kind() === "spread_parameter";
}

/** The parameter that holds the value at a place of a call. */
export function parameterOf({ node }: Scope, place: number): number {
  const places = placesOf(node);
  return isVariadic(places.at(-1)) ? Math.min(place, places.length - 1) : place;
}

/** The constructors of a class of this file that can be called as `made` calls one. */
export function constructorsOf(made: SyntaxNode, type: string): readonly Scope[] {
  const index = indexOf(made);
  const named = index === undefined ? [] : (functionsOf(index).get(type) ?? []);
  const count = valuesOf(made).length;
  return named.filter((scope) => scope.node.kind() === "constructor_declaration" && takes(scope, count));
}

const mostReturns = 8;
const returned = new WeakMap<Scope, readonly SyntaxNode[]>();

/** What a function answers with: the values of its returns, or what an arrow points to. */
export function returnsOf(scope: Scope): readonly SyntaxNode[] {
  let values = returned.get(scope);
  if (values === undefined) {
    const body = scope.node.field("body");
    const isExpression = body !== null && !/block|body/.test(String(body.kind()));
    values = isExpression ? [body] : returnsIn(scope);
    returned.set(scope, values);
  }
  return values;
}

function returnsIn(scope: Scope): readonly SyntaxNode[] {
  const index = indexOf(scope.node);
  if (index === undefined) return [];
  return scope.node
    .findAll({ rule: { any: knownKinds(index.language, ["return_statement", "return"]).map((kind) => ({ kind })) } })
    .filter((node) => node.isNamed() && scopeAt(index.scopes, node.range().start.index) === scope)
    .slice(0, mostReturns)
    .flatMap((node) => node.children().filter((child) => child.isNamed()));
}

/** More of them are not looked at. */
export const mostCallers = 6;

/** The calls of a function in its own file. */
export function callersOf(scope: Scope, index: FileIndex): readonly Caller[] {
  if (scope.parent === undefined) return [];
  const own = nameOf(scope);
  const name = own === "__init__" ? (classOf(scope) ?? "") : own;
  const namesakes = own === name ? (functionsOf(index).get(name) ?? []) : [scope];
  const isOnly = namesakes.length === 1;
  const count = placesOf(scope.node).length;
  if (name === "" || !(isOnly || (index.language === "java" && namesakes.filter((one) => takes(one, count)).length === 1))) return [];
  const shift = shiftOf(scope);
  return (callsIn(index).byName.get(name) ?? [])
    .filter((node) => isOnly || takes(scope, valuesOf(node).length))
    .slice(0, mostCallers)
    .map((node) => ({ arguments: valuesOf(node), shift }));
}

/** How many parameters come before the first argument: the object itself, which Python's methods name. */
export function shiftOf({ node }: Scope): number {
  return /^\(\s*(?:self|cls)\b/.test(node.field("parameters")?.text() ?? "") ? 1 : 0;
}

/** Which parameter a name is, from 0. */
export function parameterPlace({ node }: Scope, name: string): number {
  return Math.max(
    0,
    placesOf(node).findIndex((place) => new RegExp(`\\b${name}\\b`).test(place.text())),
  );
}
