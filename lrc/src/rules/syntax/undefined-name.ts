import { indexOf, isParameter, type Scope, scopeAt } from "./definitions.ts";
import { isFromNowhere } from "./from-nowhere.ts";
import { parameterPlace } from "./functions.ts";
import { origins, parameterBit } from "./origins.ts";
import { isFilledParameter } from "./source.ts";
import { isScript, type SyntaxNode } from "./tree.ts";
import { isNarrow, isNumber } from "./value-type.ts";

/** Where a name comes from that nothing in its function defines: it is a parameter, or nothing is known of it. */
export function undefinedName(node: SyntaxNode, name: string): number {
  const index = indexOf(node);
  if (index === undefined) return origins.unknown;
  const bare = name.replace(/^\$/, "");
  const innermost = scopeAt(index.scopes, node.range().start.index);
  for (let scope: Scope | undefined = innermost; scope?.parent !== undefined; scope = scope.parent) {
    if (!isParameter(bare, scope)) continue;
    if (isScript.test(index.language) && isNarrow(scope, bare, index.text)) return origins.cleaned;
    if (isNumber(scope, bare)) return origins.cleaned;
    if (isFilledParameter(scope.node, bare, index.language)) return origins.request;
    return scope === innermost ? parameterBit(parameterPlace(scope, bare)) : origins.outer;
  }
  return isScript.test(index.language) && isFromNowhere(name, index) ? origins.unknown | origins.elsewhere : origins.unknown;
}
