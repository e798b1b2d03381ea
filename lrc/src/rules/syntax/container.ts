import { verbose } from "../text/index.ts";
import { argumentNodes } from "./call-parts.ts";
import type { Constant } from "./constant.ts";
import { type Definition, indexOf, type Scope, scopeAt } from "./definitions.ts";
import { callsOn, type FoundCall } from "./functions.ts";
import { constantOf, definitionsOf, mayBePassedBy } from "./reaching.ts";
import type { SyntaxNode } from "./tree.ts";

const filling = verbose`
  ^(?:
    append | insert | add | addAll | put | putIfAbsent | push | concat | WriteString | setValue | addFirst | addLast
    | offer | set | extend | update | unshift | command | setCommand | addElement | Write | WriteByte | WriteRune
    | setdefault | appendleft | replace | merge | setProperty | computeIfAbsent
  )$
`;

/** What was put into the list, map or builder `container` before, since it was last emptied. */
export function elementOf(container: SyntaxNode): readonly SyntaxNode[] {
  const emptied = emptiedAt(container);
  return callsBefore(container)
    .filter(({ method, start }) => filling.test(method) && start > emptied)
    .slice(-8)
    .flatMap(({ arguments: values }) => values.slice(-2));
}

/** Where the list, map or builder `container` was emptied last, whichever way control came to it; -1 where it was not. */
export function emptiedAt(container: SyntaxNode): number {
  const scope = scopeOf(container);
  if (scope === undefined) return -1;
  const position = container.range().start.index;
  return callsBefore(container).findLast((call) => isEmptying(call) && !mayBePassedBy(call.node, scope, position))?.start ?? -1;
}

/** `built.setLength(0)`, `built.delete(0, built.length())`, `held.clear()`. */
function isEmptying({ method, arguments: values }: FoundCall): boolean {
  const given = values.map((value) => value.text()).join(" ");
  if (method === "setLength") return given === "0";
  return method === "delete" ? /^0 \w{1,60}\.length\(\)$/.test(given) : method === "clear" && given === "";
}

/** The calls of methods of what a name stands for, further up in its function. */
export function callsBefore(container: SyntaxNode): readonly FoundCall[] {
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
  const held = heldIn(container);
  if (held === undefined) return undefined;
  const value = Array.isArray(held) ? (typeof key === "number" ? held.at(key) : undefined) : held.get(key);
  return value === undefined ? [] : [value];
}

/** What a container holds under a key or at a place that is written in the source. */
export function heldUnder(container: SyntaxNode, at: SyntaxNode | undefined): readonly SyntaxNode[] | undefined {
  const key = at === undefined ? undefined : constantOf(at);
  return key === undefined ? undefined : heldAt(container, key);
}

/** All that stands in a list, array or map, where that is known. */
export function allHeld(container: SyntaxNode): readonly SyntaxNode[] | undefined {
  const held = heldIn(container);
  return held === undefined ? undefined : [...held.values()];
}

function heldIn(container: SyntaxNode): Held | undefined {
  return writtenIn(container) ?? heldBy(container);
}

const fromFront = /^(?:poll|pollFirst|remove|removeFirst|getFirst|firstElement|element|peekFirst|first)$/;
const fromBack = /^(?:pollLast|removeLast|getLast|lastElement|peekLast|last)$/;

/** What a call without arguments takes out of the list, stack or queue `container`: `held.poll()`. Undefined where that is not known. */
export function takenFrom(container: SyntaxNode, method: string): readonly SyntaxNode[] | undefined {
  if (fromFront.test(method)) return heldAt(container, 0);
  if (fromBack.test(method)) return heldAt(container, -1);
  if (!/^(?:pop|peek)$/.test(method)) return undefined;
  return heldAt(container, definitionsOf(container).some(({ value }) => isQueue(value)) ? 0 : -1);
}

/** What a queue of Java is made of: what was pushed last comes out of it first, as its first. A queue with an order of its own is none. */
function isQueue(value: SyntaxNode): boolean {
  return /^new\s+(?:[\w.]+\.)?(?:LinkedList|\w*(?<!Priority|Delay)(?:Deque|Queue))\b/.test(value.text().slice(0, 80));
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
  if (isHandedOn(container, base.start)) return undefined;
  // What a field begins with says nothing where others may have filled it.
  const isOwn = scopeOf(base.node) === scope;
  let held: Held | undefined = writtenIn(base.value) ?? (isOwn ? (copiedIn(base.value) ?? emptyOf(base.value)) : undefined);
  const isPushedInFront = isQueue(base.value);
  const steps: Step[] = [
    ...definitions.filter(({ adds }) => adds).map(stepOfAssignment),
    ...callsBefore(container)
      .filter(({ start }) => start > base.start)
      .map((call) => stepOfCall(call, isPushedInFront)),
  ].toSorted((one, other) => one.start - other.start);
  if (steps.length > 40) return undefined;
  for (const step of steps) {
    if (held === undefined || mayBePassedBy(step.node, scope, position)) return undefined;
    held = step.apply(held);
  }
  return held;
}

const onlyRead = verbose`
  ^(?:
    print\w* | Print\w* | Sprint\w* | Fprint\w* | log | debug | info | warn | error | trace | join | Join | format | len | size | str | repr | sorted
    | stringify | dumps | valueOf | toString | equals | deepEqual | DeepEqual | hash | isEmpty | of | asList | copyOf | unmodifiable\w* | Optional
    | \w*(?: List | Map | Set | Deque | Queue | Vector | Stack ) | if | while | for | switch | return
  )$
`;

/** Functions that are longer are not read for it. */
const mostBetween = 20_000;

/** Whether somebody was handed the list or map `container` since it was made, who may put something in: `fill(held)`. */
function isHandedOn(container: SyntaxNode, made: number): boolean {
  const name = container.text().replace(/^\$/, "");
  const end = container.range().start.index;
  if (end - made > mostBetween) return true;
  const before = indexOf(container)?.text.slice(made, end) ?? "";
  for (const { index } of before.matchAll(new RegExp(`(?<=[(,]\\s{0,20})\\b${name}\\b(?=\\s{0,20}[,)])`, "g"))) {
    const callee = calleeAround(before.slice(Math.max(0, index - 200), index));
    if (callee !== undefined && !onlyRead.test(callee)) return true;
  }
  return false;
}

/** What is called at the end of a text that ends among arguments. */
function calleeAround(text: string): string | undefined {
  let open = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    if (text[at] === ")") open += 1;
    else if (text[at] === "(" && open > 0) open -= 1;
    else if (text[at] === "(") return /(\w{1,60})\s{0,4}(?:<[^<>()]{0,60}>)?$/.exec(text.slice(0, at))?.[1];
  }
  return undefined;
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
  if (kind === "method_invocation") return writtenInCall(value);
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

/** `List.of(one, two)`, `Arrays.asList(one, two)` and `Map.of(key, value)` of Java. */
function writtenInCall(call: SyntaxNode): Held | undefined {
  const callee = `${call.field("object")?.text()}.${call.field("name")?.text()}`;
  const values = argumentNodes(call);
  if (/^(?:Immutable)?Map\.of$/.test(callee)) return pairedIn(values);
  if (!/^(?:(?:Immutable)?List\.of|Arrays\.asList|Collections\.singletonList)$/.test(callee)) return undefined;
  // One alone may be an array.
  return values.length === 1 ? (heldIn(values[0]!) ?? [...values]) : [...values];
}

function pairedIn(values: readonly SyntaxNode[]): Held | undefined {
  const held = new Map<Constant, SyntaxNode>();
  for (let at = 0; at + 1 < values.length; at += 2) {
    const key = constantOf(values[at]!);
    if (key === undefined) return undefined;
    held.set(key, values[at + 1]!);
  }
  return held;
}

/** `new ArrayList<>(other)` and `other.clone()` of Java: what the other one holds. */
function copiedIn(value: SyntaxNode): Held | undefined {
  const made = /^new\s+(?:[\w.]+\.)?\w*(?:List|Vector|Deque|Queue|Map)\b(?:<[^()]*>)?\(\s*[^\s)]/.test(value.text().slice(0, 120));
  const [only, ...others] = made ? argumentNodes(value) : [];
  if (only !== undefined) return others.length === 0 ? copyOf(heldIn(only)) : undefined;
  const cloned = value.kind() === "method_invocation" && value.field("name")?.text() === "clone" ? value.field("object") : null;
  return cloned === null ? undefined : copyOf(heldIn(cloned));
}

function copyOf(held: Held | undefined): Held | undefined {
  return Array.isArray(held) ? [...held] : held && new Map(held);
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

const emptyMap = verbose`
  ^new\s+(?:[\w.]+\.)?\w*(?:Map|Table|Properties)\b(?:<[^()]*>)?\(\s*\)
  | ^(?:dict|OrderedDict)\(\s*\)$
  | ^make\(map\[
`;
const emptyList = verbose`
  ^new\s+(?:[\w.]+\.)?\w*(?:List|Vector|Stack|(?<!Priority|Delay)(?:Deque|Queue))\b(?:<[^()]*>)?\(\s*\)
  | ^list\(\s*\)$
  | ^make\(\[\]\w+,\s*0
  | ^new\s+[\w.]+\[\d*\w*\]\s*$
`;

function emptyOf(value: SyntaxNode): Held | undefined {
  const text = value.text().slice(0, 120);
  if (emptyMap.test(text)) return new Map();
  return emptyList.test(text) ? [] : undefined;
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

function stepOfCall({ node, start, method, arguments: values }: FoundCall, isPushedInFront: boolean): Step {
  const change = isPushedInFront ? (ofQueues[method] ?? method) : method;
  return { node, start, apply: (held) => (Array.isArray(held) ? inList(held, change, values) : inMap(held, method, values)) };
}

/** What queues of Java call that lists call otherwise. */
const ofQueues: Readonly<Record<string, string>> = { push: "addFirst", pop: "removeFirst" };

function inList(held: SyntaxNode[], method: string, values: readonly SyntaxNode[]): Held | undefined {
  const [first, second] = values;
  if (/^(?:add|append|push|addLast|addElement|offer|offerLast)$/.test(method) && first !== undefined && second === undefined)
    return [...held, first];
  if (/^(?:addFirst|offerFirst|unshift)$/.test(method) && first !== undefined && second === undefined) return [first, ...held];
  if (/^(?:clear|removeAllElements)$/.test(method)) return [];
  if (first === undefined && /^(?:remove|poll|pollFirst)$/.test(method)) return held.slice(1);
  if (/^(?:pollLast|removeLast)$/.test(method)) return held.slice(0, -1);
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
  return filling.test(method) || /^(?:putAll|update|replaceAll|merge|compute\w*|load\w*)$/.test(method) ? undefined : held;
}
