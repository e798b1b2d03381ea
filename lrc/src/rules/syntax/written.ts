import { indexOf, isParameter, scopeAt } from "./definitions.ts";
import { callersOf, functionCalled, parameterPlace, returnsOf } from "./functions.ts";
import { chosenArm, constantOf, definitionsOf } from "./reaching.ts";
import type { SyntaxNode } from "./tree.ts";

/** More than these tell nothing new. */
const mostValues = 12;
const deepest = 8;

/** What changes nothing about what a text says. */
const passing = /^(?:toCharArray|getBytes|toString|trim|strip|encode|intern|String|valueOf|toUpperCase|toLowerCase|upper|lower|bytes)$/;

/**
 * The texts and numbers of the source that a value may be: its own, those its variable or field was given, those its function is called with in this file, or
 * what a function of the file answers with. Empty where none is known.
 */
export function writtenOf(node: SyntaxNode): readonly (string | number | boolean)[] {
  const found = new Set<string | number | boolean>();
  collect(node, found, new Set(), 0);
  return [...found].slice(0, mostValues);
}

/** The same as one text, for patterns that look for words: a text in double quotes, a space between two. */
export function writtenText(node: SyntaxNode): string {
  return writtenOf(node)
    .map((value) => (typeof value === "string" ? `"${value}"` : String(value)))
    .join(" ");
}

function collect(node: SyntaxNode, found: Set<string | number | boolean>, seen: Set<number>, depth: number): void {
  if (depth > deepest || found.size >= mostValues || seen.has(node.id())) return;
  seen.add(node.id());
  const constant = constantOf(node);
  if (constant !== undefined) {
    if (constant !== null) found.add(constant);
    return;
  }
  for (const source of sourcesOf(node)) collect(source, found, seen, depth + 1);
}

function sourcesOf(node: SyntaxNode): readonly SyntaxNode[] {
  const kind = String(node.kind());
  if (/^(?:parenthesized_expression|cast_expression|argument|literal_element|keyword_argument)$/.test(kind)) {
    const inner = node.field("value") ?? node.children().findLast((child) => child.isNamed());
    return inner === undefined ? [] : [inner];
  }
  if (/^(?:ternary_expression|conditional_expression)$/.test(kind)) {
    const arm = chosenArm(node);
    return arm === undefined ? node.children().filter((child) => child.isNamed()) : [arm];
  }
  if (/^(?:identifier|field_access|attribute|member_expression|selector_expression)$/.test(kind)) return ofName(node);
  if (/^(?:method_invocation|call|call_expression|object_creation_expression|type_conversion_expression)$/.test(kind)) return ofCall(node);
  return [];
}

function ofName(node: SyntaxNode): readonly SyntaxNode[] {
  const definitions = definitionsOf(node);
  if (definitions.length > 0) return definitions.filter(({ adds, loops }) => !adds && !loops).map(({ value }) => value);
  const field = node.field("field") ?? node.field("attribute");
  const index = indexOf(node);
  if (index === undefined) return [];
  // A constant of a class of this file: `Names.CIPHER`, `this.cipher`.
  if (field !== null) return (index.scopes[0]!.definitions.get(field.text()) ?? []).map(({ value }) => value);
  const scope = scopeAt(index.scopes, node.range().start.index);
  if (!isParameter(node.text(), scope)) return [];
  const place = parameterPlace(scope, node.text());
  return callersOf(scope, index).flatMap(({ arguments: values, shift }) => values[place - shift] ?? []);
}

function ofCall(node: SyntaxNode): readonly SyntaxNode[] {
  const callee = node.field("function");
  const receiver = node.field("object") ?? callee?.field("object") ?? callee?.field("operand") ?? undefined;
  const name =
    node.field("name") ?? callee?.field("attribute") ?? callee?.field("property") ?? callee?.field("field") ?? callee ?? node.field("type");
  const method = name?.text() ?? "";
  const own = functionCalled(node, method, receiver ?? undefined);
  if (own !== undefined && own.node.kind() !== "constructor_declaration") return returnsOf(own);
  if (!passing.test(method)) return [];
  const [first] = (node.field("arguments")?.children() ?? []).filter((child) => child.isNamed());
  if (/^(?:String|valueOf|bytes)$/.test(method)) return first === undefined ? [] : [first];
  return receiver === undefined || receiver === null ? [] : [receiver];
}
