import type { SyntaxNode } from "../syntax/index.ts";

/** Longer texts are cut: a variable may stand for a whole class. */
const longest = 2_000;

/** The template asks for one of the `names`. */
export function hasMetavariable(template: string, names: ReadonlySet<string>): boolean {
  return [...template.matchAll(metavariable)].some(([, , name = ""]) => names.has(name));
}

const metavariable = /(\$\$\$|\$)([A-Z_][A-Z0-9_]*)/g;

/**
 * `template` with the metavariables of a match written out, as ast-grep does for `fix` and `message`: `$NAME` is a node or what `transform` made of it,
 * `$$$NAME` some of them with what stands between them. A name that is not among `names` is none of the check's and stays (`$HOME` of a shell).
 */
export function writtenOut(template: string, match: SyntaxNode, names: ReadonlySet<string>): string {
  const text = template.replace(metavariable, (all, dollars: string, name: string) => {
    if (!names.has(name)) return all;
    return (dollars === "$" ? (match.getMatch(name)?.text() ?? match.getTransformed(name)) : undefined) ?? several(match, name);
  });
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function several(match: SyntaxNode, name: string): string {
  const nodes = match.getMultipleMatches(name);
  const [first, last] = [nodes[0], nodes.at(-1)];
  if (first === undefined || last === undefined) return "";
  const start = match.range().start.index;
  return match.text().slice(first.range().start.index - start, last.range().end.index - start);
}

/** The names of the metavariables that a rule, its constraints and its transformations speak of. */
export function metavariablesOf(...parts: readonly unknown[]): ReadonlySet<string> {
  const text = JSON.stringify(parts);
  return new Set([...text.matchAll(/\$([A-Z_][A-Z0-9_]*)|"([A-Z_][A-Z0-9_]*)":/g)].map(([, used, key]) => used ?? key ?? ""));
}
