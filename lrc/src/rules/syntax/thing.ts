import { argumentNodes } from "./call-parts.ts";
import { callsBefore } from "./container.ts";
import { type Definition, indexOf, type Scope, scopeAt } from "./definitions.ts";
import { constructorsOf, functionCalled, parameterPlace, returnsOf } from "./functions.ts";
import { definitionsOf, mayBePassedBy } from "./reaching.ts";
import type { SyntaxNode } from "./tree.ts";

/*
 * Things of Java whose class stands in the same file: boxes, pairs, beans and records. What a field of one holds is what the last call that set it was given, or else what the
 * thing was made with. Where that cannot be told for certain it is not known.
 */

/** A thing, and where it is made. */
interface Thing {
  readonly node: SyntaxNode;
  readonly made: SyntaxNode;
  readonly type: string;
}

/** What the field `name` of a thing holds: `pair.first`. */
export function heldInField(node: SyntaxNode, name: string): readonly SyntaxNode[] | undefined {
  const thing = thingOf(node);
  return thing === undefined ? undefined : fieldOf(thing, name);
}

/** What a call without arguments hands out that a thing holds: `pair.first()` of a record, `person.getName()`. */
export function handedOut(call: SyntaxNode, receiver: SyntaxNode, method: string): readonly SyntaxNode[] | undefined {
  const thing = thingOf(receiver);
  if (thing === undefined) return undefined;
  const own = functionCalled(call, method, receiver, thing.type);
  if (own === undefined) return recordOf(thing) === undefined ? undefined : fieldOf(thing, method);
  const [only, ...others] = returnsOf(own);
  const name = others.length > 0 ? undefined : /^(?:this\.)?(\w{1,60})$/.exec(only?.text() ?? "")?.[1];
  return name === undefined || own.definitions.has(name) ? undefined : fieldOf(thing, name);
}

function thingOf(node: SyntaxNode): Thing | undefined {
  if (node.kind() === "object_creation_expression") return madeAs(node, node);
  if (!/^[a-z_]\w{0,60}$/.test(node.text())) return undefined;
  const [only, ...others] = definitionsOf(node);
  return only === undefined || others.length > 0 || only.adds ? undefined : madeAs(node, only.value);
}

function madeAs(node: SyntaxNode, made: SyntaxNode): Thing | undefined {
  if (made.kind() !== "object_creation_expression") return undefined;
  const type =
    made
      .field("type")
      ?.text()
      .replace(/<[\s\S]*$/, "") ?? "";
  // One of a class that is written there and has no name is another.
  const isNameless = made.children().some((child) => child.kind() === "class_body");
  return isNameless || !/^[A-Z]\w*$/.test(type) ? undefined : { node, made, type };
}

function fieldOf(thing: Thing, name: string): readonly SyntaxNode[] | undefined {
  const index = indexOf(thing.node);
  if (index === undefined) return undefined;
  const scope = scopeAt(index.scopes, thing.node.range().start.index);
  const position = thing.node.range().start.index;
  for (const call of callsBefore(thing.node).toReversed()) {
    const own = functionCalled(call.node, call.method, thing.node, thing.type);
    const set = own === undefined ? [] : setBy(own, name, call.arguments);
    if (set === undefined || (set.length > 0 && mayBePassedBy(call.node, scope, position))) return undefined;
    if (set.length > 0) return set;
  }
  return madeWith(thing, name);
}

/** What a thing was made with: what the parameter of its record was given, or what its constructor puts into the field. */
function madeWith(thing: Thing, name: string): readonly SyntaxNode[] | undefined {
  const values = argumentNodes(thing.made);
  const record = recordOf(thing);
  if (record !== undefined) {
    const place = (record.field("parameters")?.children() ?? [])
      .filter((child) => child.isNamed())
      .findIndex((child) => child.field("name")?.text() === name);
    return values[place] === undefined ? undefined : [values[place]];
  }
  const [only, ...others] = constructorsOf(thing.made, thing.type);
  if (only === undefined || others.length > 0) return undefined;
  const set = setBy(only, name, values);
  return set === undefined || set.length === 0 ? undefined : set;
}

function recordOf({ made, type }: Thing): SyntaxNode | undefined {
  const index = indexOf(made);
  if (index === undefined || !index.text.includes(`record ${type}`)) return undefined;
  return index.scopes[0]!.node.findAll({ rule: { kind: "record_declaration" } }).find((one) => one.field("name")?.text() === type);
}

/** What a method that is given `values` puts into a field: none where it lets it be, undefined where that is not known. */
function setBy(own: Scope, field: string, values: readonly SyntaxNode[]): readonly SyntaxNode[] | undefined {
  const set = settingsIn(own, field);
  const [only, ...others] = set;
  if (only === undefined) return callsOwn(own) ? undefined : [];
  if (others.length > 0 || only.adds || mayBePassedBy(only.node, own, own.end - 1)) return undefined;
  if (/string|literal$/.test(String(only.value.kind()))) return [only.value];
  const name = only.value.text();
  if (!/^\w{1,60}$/.test(name) || !new RegExp(`\\b${name}\\s*[,)]`).test(own.node.field("parameters")?.text() ?? "")) return undefined;
  const given = values[parameterPlace(own, name)];
  return given === undefined ? undefined : [given];
}

function settingsIn(own: Scope, field: string): readonly Definition[] {
  const index = indexOf(own.node);
  const found = index?.scopes[0]?.definitions;
  if (index === undefined || found === undefined) return [];
  const all = [...(found.get(field) ?? []), ...(found.get(`this.${field}`) ?? [])];
  const inside = all.filter(({ start }) => start > own.start && start < own.end);
  return inside.filter((one, at) => inside.findIndex(({ start }) => start === one.start) === at);
}

/** Whether a method calls others of its own class, which may set what it does not. */
function callsOwn({ node }: Scope): boolean {
  return node.findAll({ rule: { kind: "method_invocation" } }).some((call) => /^(?:this)?$/.test(call.field("object")?.text() ?? ""));
}
