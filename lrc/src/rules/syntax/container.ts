import { indexOf, scopeAt } from "./definitions.ts";
import { callsOn, type FoundCall } from "./functions.ts";
import { constantOf } from "./reaching.ts";
import type { SyntaxNode } from "./tree.ts";

const filling =
  /^(?:append|insert|add|addAll|put|putIfAbsent|push|concat|WriteString|setValue|addFirst|addLast|offer|set|extend|update|unshift|command|setCommand|addElement|Write)$/;

/**
 * What was put into the list, map or builder `container` before. With the name of what reads it (`get`) and what that was given: only what can be read
 * there, where all that was put in and taken out says where.
 */
export function elementOf(container: SyntaxNode, reader?: string, at: readonly SyntaxNode[] = []): readonly SyntaxNode[] {
  const name = container.text().replace(/^\$/, "");
  if (!/^\w{1,60}$/.test(name)) return [];
  const index = indexOf(container);
  if (index === undefined) return [];
  const position = container.range().start.index;
  const scope = scopeAt(index.scopes, position);
  const before = callsOn(name, index).filter(({ end, start }) => end <= position && scopeAt(index.scopes, start) === scope);
  if (before.length === 0) return [];
  const puts = before.filter(({ method }) => filling.test(method));
  if (reader !== undefined && puts.length > 0) {
    const exact = readAt(before, at);
    if (exact !== undefined) return exact;
  }
  return puts.slice(-8).flatMap(({ arguments: values }) => values.slice(-2));
}

/** What a reader finds at a key or a place, if all of it is written in the source; undefined when it is not. */
function readAt(calls: readonly FoundCall[], [at]: readonly SyntaxNode[]): readonly SyntaxNode[] | undefined {
  const key = at === undefined ? undefined : constantOf(at);
  if (key === undefined) return undefined;
  if (typeof key === "number") return listAt(calls, key);
  const puts = calls.filter(({ method }) => method === "put" || method === "set");
  const keys = puts.map(({ arguments: [first] }) => (first === undefined ? undefined : constantOf(first)));
  if (puts.length === 0 || keys.includes(undefined)) return undefined;
  const value = puts[keys.lastIndexOf(key)]?.arguments[1];
  return value === undefined ? [] : [value];
}

function listAt(calls: readonly FoundCall[], place: number): readonly SyntaxNode[] | undefined {
  const held: SyntaxNode[] = [];
  for (const { method, arguments: values } of calls) {
    const [first] = values;
    if (method === "add" && values.length === 1) held.push(first!);
    else if (method === "remove" && first !== undefined) {
      const at = constantOf(first);
      if (typeof at !== "number") return undefined;
      held.splice(at, 1);
    } else if (filling.test(method) || method === "clear") return undefined;
  }
  const value = held[place];
  return value === undefined ? undefined : [value];
}
