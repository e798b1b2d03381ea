import { indexOf, isParameter, type Scope, scopeAt } from "./definitions.ts";
import { parameterPlace } from "./functions.ts";
import type { SyntaxNode } from "./tree.ts";

/** What a function is called with one after the other: `items.forEach((item) => …)`. */
export function listOfCallback(node: SyntaxNode, name: string): SyntaxNode | undefined {
  const index = indexOf(node);
  if (index === undefined) return undefined;
  for (let scope: Scope | undefined = scopeAt(index.scopes, node.range().start.index); scope?.parent !== undefined; scope = scope.parent) {
    if (!isParameter(name, scope)) continue;
    const handed = scope.node.parent();
    const callee = handed?.kind() === "arguments" ? handed.parent()?.field("function") : undefined;
    if (!/^(?:forEach|map|flatMap|filter|find|some|every)$/.test(callee?.field("property")?.text() ?? "")) return undefined;
    return parameterPlace(scope, name) === 0 ? (callee?.field("object") ?? undefined) : undefined;
  }
  return undefined;
}

/** What `list.map((one) => …)` makes of each. */
export function madeOfEach(callback: SyntaxNode | undefined): SyntaxNode | undefined {
  if (callback?.kind() !== "arrow_function") return undefined;
  const body = callback.field("body");
  return body === null || body.kind() === "statement_block" ? undefined : body;
}
