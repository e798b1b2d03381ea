import type { Language } from "../rule.ts";
import type { Danger } from "./cleaner.ts";
import { indexOf, scopeAt } from "./definitions.ts";
import { callersOf, mostCallers } from "./functions.ts";
import { comesFromRequest, originOf } from "./origin.ts";
import { hasOwnParameter, hasParameter, origins, parameterBit } from "./origins.ts";
import type { SyntaxNode } from "./tree.ts";

/**
 * Whether a value comes from a request: it says so itself, or a variable in it was given something that does, or it is a parameter that a framework
 * or somebody in this file fills from one. What `danger` makes harmless on the way counts as harmless.
 */
export function isFromRequest(node: SyntaxNode, language: Language, danger?: Danger): boolean {
  return comesFromRequest(node, language, danger);
}

/**
 * Whether somebody else chooses a value: it is what the function around it was called with, or, in JavaScript, something that the file says nothing
 * about, or was worked out from that.
 */
export function isHandedIn(node: SyntaxNode, language: Language, danger?: Danger): boolean {
  const mask = originOf(node, language, danger);
  return hasParameter(mask) || (mask & origins.elsewhere) !== 0;
}

/** Whether a value is what the function around it was called with, or was worked out from that: whoever calls it chooses. */
export function isCalledWith(node: SyntaxNode, language: Language, danger?: Danger): boolean {
  return hasParameter(originOf(node, language, danger));
}

/**
 * Whether a value is what the function around it was called with, and this file, from which alone it is called, tells it nothing but texts of the source: by its
 * name nobody else calls it (`_run` of Python, `run` of Go), or the file is a program.
 */
export function isToldHere(node: SyntaxNode, language: Language): boolean {
  const mask = originOf(node, language);
  const index = hasOwnParameter(mask) && (mask & origins.outer) === 0 ? indexOf(node) : undefined;
  if (index === undefined) return false;
  const scope = scopeAt(index.scopes, node.range().start.index);
  const name = scope.node.field("name")?.text() ?? "";
  const isOwn =
    language === "go" ? /^[a-z]/.test(name) || /^package main\b/m.test(index.text) : /^_/.test(name) || /^if __name__\b/m.test(index.text);
  if (!isOwn) return false;
  const callers = callersOf(scope, index);
  return (
    callers.length > 0 &&
    callers.length < mostCallers &&
    callers.every(({ arguments: values, shift }) =>
      values.every(
        (value, place) =>
          !/keyword|splat|variadic/.test(String(value.kind())) &&
          ((mask & parameterBit(place + shift)) === 0 || originOf(value, language) === 0),
      ),
    )
  );
}
