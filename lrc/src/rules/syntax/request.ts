import type { Language } from "../rule.ts";
import type { Danger } from "./cleaner.ts";
import { comesFromRequest, originOf } from "./origin.ts";
import { hasParameter, origins } from "./origins.ts";
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
