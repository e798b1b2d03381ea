import { indexOf } from "./definitions.ts";
import type { SyntaxNode } from "./tree.ts";

/** So much of a file is looked at: imports stand at its beginning, or in functions that somebody wrote. */
const mostCharacters = 200_000;
const imported = /^[ \t]{0,60}import[ \t]+([\w., \t]{1,600})$/gm;
const taken = /^[ \t]{0,60}from[ \t]+([A-Za-z_][\w.]{0,120})[ \t]+import[ \t]+(\([^()]{1,2000}\)|[\w, \t]{1,600})/gm;

/** The names that a file of Python gives to modules and to what it takes out of them, and what they are called where they come from. */
export function importsOfPython(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const source = text.slice(0, mostCharacters);
  for (const [, list = ""] of source.matchAll(imported))
    for (const [name, own] of namesOf(list)) if (own !== undefined) found.set(own, name);
  for (const [, module = "", list = ""] of source.matchAll(taken))
    for (const [name, own = name] of namesOf(list.replace(/[()]|#[^\n]*/g, " "))) found.set(own, `${module}.${name}`);
  return found;
}

function namesOf(list: string): readonly (readonly [name: string, own: string | undefined])[] {
  return list.split(",").flatMap((part) => {
    const [name = "", as, own] = part.trim().split(/\s+/);
    return /^[\w.]+$/.test(name) ? [[name, as === "as" ? own : undefined] as const] : [];
  });
}

/** A callee by its full name: `call` after `from subprocess import call` is `subprocess.call`. */
export function fullName(callee: string, imports: ReadonlyMap<string, string>): string {
  const [first = ""] = /^\w+/.exec(callee) ?? [];
  const name = imports.get(first);
  return name === undefined ? callee : `${name}${callee.slice(first.length)}`;
}

const importsOfFiles = new WeakMap<object, ReadonlyMap<string, string>>();

/** A callee of the file of `node` by its full name. */
export function fullNameAt(node: SyntaxNode, callee: string): string {
  const index = indexOf(node);
  if (index === undefined) return callee;
  let imports = importsOfFiles.get(index);
  if (imports === undefined) {
    imports = importsOfPython(index.text);
    importsOfFiles.set(index, imports);
  }
  return fullName(callee, imports);
}
