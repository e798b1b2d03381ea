import { verbose } from "../text/index.ts";
import { type Definition, indexOf, type Scope, scopeAt } from "./definitions.ts";
import { callsOn, type FoundCall } from "./functions.ts";
import { type Constant, constantOf, definitionsOf, mayBePassedBy } from "./reaching.ts";
import type { SyntaxNode } from "./tree.ts";

const filling = verbose`
  ^(?:
    append | insert | add | addAll | put | putIfAbsent | push | concat | WriteString | setValue | addFirst | addLast
    | offer | set | extend | update | unshift | command | setCommand | addElement | Write | WriteByte | WriteRune
    | setdefault | appendleft | replace
  )$
`;

/** What was put into the list, map or builder `container` before. */
export function elementOf(container: SyntaxNode): readonly SyntaxNode[] {
  return callsBefore(container)
    .filter(({ method }) => filling.test(method))
    .slice(-8)
    .flatMap(({ arguments: values }) => values.slice(-2));
}

function callsBefore(container: SyntaxNode): readonly FoundCall[] {
  const name = container.text().replace(/^\$/, "");
  const index = /^\w{1,60}$/.test(name) ? indexOf(container) : undefined;
  if (index === undefined) return [];
  const position = container.range().start.index;
  const scope = scopeAt(index.scopes, position);
  return callsOn(name, index).filter(({ end, start }) => end <= position && scopeAt(index.scopes, start) === scope);
}

/** What the property of a thing was set to last: `thing.setName(value)` for `thing.getName()`. Undefined where no setter of it is called. */
export function lastSet(thing: SyntaxNode, getter: string): readonly SyntaxNode[] | undefined {
  const property = /^(?:get|is)?(\w*)$/.exec(getter)?.[1] ?? "";
  const setter = `set${property.slice(0, 1).toUpperCase()}${property.slice(1)}`;
  const sets = callsBefore(thing).filter(({ method, arguments: values }) => method === setter && values.length === 1);
  if (sets.length === 0) return undefined;
  const scope = scopeOf(thing);
  const position = thing.range().start.index;
  const values: SyntaxNode[] = [];
  for (const set of sets.toReversed()) {
    values.push(...set.arguments);
    if (scope !== undefined && !mayBePassedBy(set.node, scope, position)) break;
  }
  return values;
}

function scopeOf(node: SyntaxNode): Scope | undefined {
  const index = indexOf(node);
  return index === undefined ? undefined : scopeAt(index.scopes, node.range().start.index);
}

/** Places of a list, or keys of a map, and what is there. */
type Held = SyntaxNode[] | Map<Constant, SyntaxNode>;

/**
 * What stands in the list, array or map `container` at a place or under a key, where all that was put in and taken out is written in the source: the one
 * value, or none. Undefined where that is not known.
 */
export function heldAt(container: SyntaxNode, key: Constant): readonly SyntaxNode[] | undefined {
  const held = writtenIn(container) ?? heldBy(container);
  if (held === undefined) return undefined;
  const value = Array.isArray(held) ? (typeof key === "number" ? held.at(key) : undefined) : held.get(key);
  return value === undefined ? [] : [value];
}

/** A change of a container: its call or assignment. */
interface Step {
  readonly node: SyntaxNode;
  readonly start: number;
  readonly apply: (held: Held) => Held | undefined;
}

function heldBy(container: SyntaxNode): Held | undefined {
  const scope = scopeOf(container);
  if (scope === undefined || !/^\$?\w{1,60}$/.test(container.text())) return undefined;
  const position = container.range().start.index;
  const definitions = definitionsOf(container);
  const base = definitions.find(({ adds }) => !adds);
  if (base === undefined || base.loops || definitions.filter(({ adds }) => !adds).length > 1) return undefined;
  let held: Held | undefined = writtenIn(base.value) ?? emptyOf(base.value);
  const steps: Step[] = [
    ...definitions.filter(({ adds }) => adds).map(stepOfAssignment),
    ...callsBefore(container)
      .filter(({ start }) => start > base.start)
      .map(stepOfCall),
  ].toSorted((one, other) => one.start - other.start);
  if (steps.length > 40) return undefined;
  for (const step of steps) {
    if (held === undefined || mayBePassedBy(step.node, scope, position)) return undefined;
    held = step.apply(held);
  }
  return held;
}

const lists = /^(?:list|array|array_initializer|array_literal|slice_literal|tuple|array_creation_expression|array_expression)$/;
const maps = /^(?:dictionary|object|composite_literal)$/;

/** A list or a map that is written out. */
function writtenIn(value: SyntaxNode): Held | undefined {
  const kind = String(value.kind());
  if (kind === "array_creation_expression") {
    const list = value.field("value");
    return list === null ? undefined : writtenIn(list);
  }
  if (kind === "composite_literal") return writtenInGo(value);
  // `&Query{Text: text}`
  if (kind === "unary_expression" && value.text().startsWith("&")) {
    const pointed = value.field("operand");
    return pointed?.kind() === "composite_literal" && pointed.text().includes(":") ? writtenInGo(pointed) : undefined;
  }
  if (lists.test(kind)) {
    const values = value.children().filter((child) => child.isNamed() && child.kind() !== "comment");
    return values.some((one) => /splat|spread|starred/.test(String(one.kind()))) ? undefined : values;
  }
  return maps.test(kind) ? pairsOf(value.children().filter((child) => child.isNamed() && child.kind() !== "comment")) : undefined;
}

function nameOf(key: SyntaxNode, isField: boolean): Constant | undefined {
  return key.kind() === "property_identifier" || (isField && key.kind() === "identifier") ? key.text() : constantOf(key);
}

/** `isField`: a name stands for itself, as the fields of a struct do. */
function pairsOf(pairs: readonly SyntaxNode[], isField = false): Held | undefined {
  const held = new Map<Constant, SyntaxNode>();
  for (const pair of pairs) {
    const key = pair.field("key") ?? pair.child(0);
    const value = pair.field("value") ?? pair.children().at(-1);
    const isPlain = pair.kind() === "pair" || pair.kind() === "keyed_element";
    const name = isPlain && key !== null ? nameOf(only(key), isField) : undefined;
    if (name === undefined || value === undefined) return undefined;
    held.set(name, only(value));
  }
  return held;
}

/** Go wraps each element. */
function only(node: SyntaxNode): SyntaxNode {
  if (node.kind() !== "literal_element") return node;
  return node.children().find((child) => child.isNamed()) ?? node;
}

/** `[]string{"a", b}` and `map[string]string{"a": b}`. */
function writtenInGo(value: SyntaxNode): Held | undefined {
  const type = value.field("type")?.text() ?? "";
  const elements = (value.field("body")?.children() ?? []).filter((child) => child.isNamed() && child.kind() !== "comment");
  if (type.startsWith("map[") || (/^[\w.]+$/.test(type) && elements.length > 0)) return pairsOf(elements, !type.startsWith("map["));
  return /^\[\w*\]|^\[\.\.\.\]/.test(type) && elements.every((one) => one.kind() === "literal_element") ? elements.map(only) : undefined;
}

function emptyOf(value: SyntaxNode): Held | undefined {
  const text = value.text().slice(0, 120);
  if (/^new\s+(?:[\w.]+\.)?\w*(?:Map|Table)\b(?:<[^()]*>)?\(\s*\)|^(?:dict|OrderedDict)\(\s*\)$|^make\(map\[|^new Map\(\s*\)/.test(text))
    return new Map();
  if (
    /^new\s+(?:[\w.]+\.)?\w*(?:List|Vector|Deque)\b(?:<[^()]*>)?\(\s*\)|^list\(\s*\)$|^make\(\[\]\w+,\s*0|^new\s+[\w.]+\[\d*\w*\]\s*$/.test(
      text,
    )
  )
    return [];
  return undefined;
}

function stepOfAssignment({ node, value, start }: Definition): Step {
  const target = node.field("left") ?? node.field("name");
  const single = target !== null && /^expression_list$/.test(String(target.kind())) ? target.child(0) : target;
  const at = single?.field("index") ?? single?.field("subscript") ?? single?.children().filter((child) => child.isNamed())[1];
  return {
    node,
    start,
    apply(held) {
      const key =
        at === null || at === undefined || !/subscript|index|array_access/.test(String(single?.kind())) ? undefined : constantOf(at);
      if (key === undefined) return undefined;
      if (!Array.isArray(held)) return held.set(key, value);
      if (typeof key !== "number" || key < 0 || key > 100) return undefined;
      held[key] = value;
      return held;
    },
  };
}

function stepOfCall({ node, start, method, arguments: values }: FoundCall): Step {
  return { node, start, apply: (held) => (Array.isArray(held) ? inList(held, method, values) : inMap(held, method, values)) };
}

function inList(held: SyntaxNode[], method: string, values: readonly SyntaxNode[]): Held | undefined {
  const [first, second] = values;
  if (/^(?:add|append|push|addLast|addElement)$/.test(method) && first !== undefined && second === undefined) return [...held, first];
  if (/^(?:clear|removeAllElements)$/.test(method)) return [];
  const at = first === undefined ? undefined : constantOf(first);
  if (/^(?:add|insert)$/.test(method) && typeof at === "number" && second !== undefined) return held.toSpliced(at, 0, second);
  if (/^(?:set|setElementAt)$/.test(method) && typeof at === "number" && second !== undefined) return held.with(at, second);
  if (method === "pop" && first === undefined) return held.slice(0, -1);
  if (/^(?:shift|removeFirst)$/.test(method)) return held.slice(1);
  if (/^(?:remove|pop|removeElementAt)$/.test(method)) return typeof at === "number" ? held.toSpliced(at, 1) : undefined;
  return filling.test(method) || /^(?:sort|reverse|splice|removeIf|retainAll|replaceAll)$/.test(method) ? undefined : held;
}

function inMap(held: Map<Constant, SyntaxNode>, method: string, values: readonly SyntaxNode[]): Held | undefined {
  const [first, second] = values;
  if (method === "clear") return new Map();
  const key = first === undefined ? undefined : constantOf(first);
  if (/^(?:put|set|setdefault|putIfAbsent|setProperty)$/.test(method) && second !== undefined)
    return key === undefined ? undefined : held.set(key, second);
  if (/^(?:remove|pop|delete)$/.test(method)) {
    if (key === undefined) return undefined;
    held.delete(key);
    return held;
  }
  return filling.test(method) || /^(?:putAll|update|replaceAll|merge|compute\w*)$/.test(method) ? undefined : held;
}
