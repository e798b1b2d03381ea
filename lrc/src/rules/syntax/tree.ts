import type { SgNode, SgRoot } from "@ast-grep/napi";
import type { Side } from "#diff";
import type { Language, RuleSubject } from "../rule.ts";
import { verbose } from "../text/index.ts";
import { hasGrammar, parse, SyntaxUnavailable } from "./grammar.ts";

export type SyntaxNode = SgNode;

/** No source that somebody wrote is longer; what is takes the parser longer than a reader has patience. */
export const mostCharacters = 1_000_000;
/** A line of more characters was written by a program. */
export const longestLine = 20_000;

const languages = new WeakMap<SgRoot, Language>();
const trees = new WeakMap<RuleSubject, Map<Side, SyntaxNode>>();

/**
 * The syntax tree of a file on one side, parsed once however many rules ask. Undefined where there is no such side or no grammar; throws
 * SyntaxUnavailable for what is too large, or whose grammar is not installed.
 */
export function treeOf(subject: RuleSubject, side: Side = "new"): SyntaxNode | undefined {
  const text = side === "new" ? subject.after : subject.before;
  if (text === undefined || !hasGrammar(subject.language)) return undefined;
  let sides = trees.get(subject);
  if (sides === undefined) {
    sides = new Map();
    trees.set(subject, sides);
  }
  let tree = sides.get(side);
  if (tree === undefined) {
    if (text.length > mostCharacters) throw new SyntaxUnavailable(`${text.length} characters are too many to parse`);
    tree = parse(subject.language, text);
    sides.set(side, tree);
    languages.set(tree.getRoot(), subject.language);
  }
  return tree;
}

/** What the text of a tree is written in. */
export function languageOfTree(root: SgRoot): Language | undefined {
  return languages.get(root);
}

/** Lets go of the trees of a file: they are not JavaScript's memory, so nothing else presses for their end. Who asks again gets new ones. */
export function forgetTrees(subject: RuleSubject): void {
  trees.delete(subject);
}

/** The first and last line of a node, from 1. */
export function linesOf(node: SyntaxNode): { readonly startLine: number; readonly endLine: number } {
  const { start, end } = node.range();
  return { startLine: start.line + 1, endLine: (end.column === 0 && end.line > start.line ? end.line - 1 : end.line) + 1 };
}

/** Where a node is, as reports say it. */
export function placeOf(node: SyntaxNode): {
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn: number;
  readonly endColumn: number;
} {
  const { start, end } = node.range();
  return { startLine: start.line + 1, endLine: end.line + 1, startColumn: start.column + 1, endColumn: end.column + 1 };
}

/** The nearest function, method or lambda around a node, else the whole file: where a local name means one thing. */
export function scopeOf(node: SyntaxNode): SyntaxNode {
  let scope = node;
  for (let parent = node.parent(); parent !== null; parent = parent.parent()) {
    scope = parent;
    if (functionKinds.test(String(parent.kind()))) return parent;
  }
  return scope;
}

export const functionKinds = verbose`
  ^(
    function | function_declaration | function_expression | function_definition | function_item | arrow_function
    | method_definition | method_declaration | func_literal | lambda | lambda_expression | constructor_declaration
    | closure_expression | local_function_statement | anonymous_function | method | singleton_method | do_block
    | generator_function_declaration
  )$
`;

/** JavaScript and its dialects, which share a grammar. */
export const isScript = /^(?:javascript|typescript|tsx)$/;
