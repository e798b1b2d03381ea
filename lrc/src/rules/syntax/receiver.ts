import { verbose } from "../text/index.ts";
import { origins } from "./origins.ts";
import { definitionsOf } from "./reaching.ts";
import type { SyntaxNode } from "./tree.ts";
import { undefinedName } from "./undefined-name.ts";

/** What a module or a class is called is no value. */
const modules = verbose`
  ^(?:[a-z]\w*\.)*(?:
    [A-Z]\w* | util | path | fmt | strings | bytes | string | os\.path | json | filepath | _ | querystring
    | urllib(?:\.parse)? | base64 | hex | html | url | codecs
  )$
`;

export function isModule(node: SyntaxNode): boolean {
  const text = node.text();
  if (!modules.test(text)) return false;
  const definitions = definitionsOf(node);
  return definitions.length > 0 ? /^require\(/.test(definitions[0]!.value.text()) : (undefinedName(node, text) & origins.unknown) !== 0;
}

/** A variable or a constant, and no class whose static methods are called. */
export function isVariable(receiver: SyntaxNode): boolean {
  const text = receiver.text();
  return /^[A-Z][A-Z0-9_]{2,}$/.test(text) || (/^\$?[a-z_]\w*$/.test(text) && !isModule(receiver));
}

/** The class of this file that a variable was made of: `new Box()`, `Box()`. */
export function classOfThing(receiver: SyntaxNode): string | undefined {
  if (!/^[a-z_]\w{0,60}$/.test(receiver.text())) return undefined;
  const [only, ...others] = definitionsOf(receiver);
  if (only === undefined || others.length > 0) return undefined;
  return /^(?:new\s+)?([A-Z]\w*)\s*(?:<[^()<>]*>)?\(/.exec(only.value.text().slice(0, 100))?.[1];
}

/** A lambda or a reference to a method of Java. */
export function isOwnFunction(node: SyntaxNode): boolean {
  return node.kind() === "lambda_expression" || node.kind() === "method_reference";
}

/** The function of Java that a variable was given and that is called through it: `change.apply(text)`. */
export function functionIn(receiver: SyntaxNode): SyntaxNode | undefined {
  if (receiver.kind() !== "identifier") return undefined;
  const [only, ...others] = definitionsOf(receiver);
  return only !== undefined && others.length === 0 && isOwnFunction(only.value) ? only.value : undefined;
}
