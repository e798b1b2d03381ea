import { indexOf, scopeAt } from "./definitions.ts";
import type { SyntaxNode } from "./tree.ts";

/** The whole text that a node is from. Asked of the parser once a file, not once a node: a rule that asks at every call would copy the file as often. */
export function fileTextOf(node: SyntaxNode): string {
  return indexOf(node)?.text ?? node.getRoot().root().text();
}

const mentions = new WeakMap<object, Map<RegExp, boolean>>();

/** Whether the file of a node, as far as somebody reads, has something in it: asked once a file and pattern, however many nodes ask. */
export function isMentioned(node: SyntaxNode, pattern: RegExp): boolean {
  const index = indexOf(node);
  if (index === undefined) return false;
  let known = mentions.get(index);
  if (known === undefined) {
    known = new Map();
    mentions.set(index, known);
  }
  let answer = known.get(pattern);
  if (answer === undefined) {
    answer = pattern.test(index.text.slice(0, 200_000));
    known.set(pattern, answer);
  }
  return answer;
}

/** So much of a function on either side of a place is read; code that somebody wrote has no more. */
const mostCharacters = 8_000;

/** The text of the function around a node as far as the node's end: what was said before. */
export function textUpTo(node: SyntaxNode): string {
  const index = indexOf(node);
  if (index === undefined) return node.text();
  const { start, end } = node.range();
  return index.text.slice(Math.max(scopeAt(index.scopes, start.index).start, start.index - mostCharacters, 0), end.index);
}

/** The text of the function around a node, or of the part of it that is near where the function is very long. */
export function textAround(node: SyntaxNode): string {
  const index = indexOf(node);
  if (index === undefined) return node.text();
  const { start, end } = node.range();
  const scope = scopeAt(index.scopes, start.index);
  return index.text.slice(Math.max(scope.start, start.index - mostCharacters, 0), Math.min(scope.end, end.index + mostCharacters));
}
