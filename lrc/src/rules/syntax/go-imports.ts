import { fileTextOf } from "./around.ts";
import type { SyntaxNode } from "./tree.ts";

/** Imports stand at the beginning of a file of Go. */
const mostCharacters = 20_000;
const imported = /^[ \t]*(?:import[ \t]+)?(?:([\w.]+)[ \t]+)?"([\w./~-]{1,200})"[ \t]*(?:\/\/.*)?$/gm;

/** The packages that a file of Go imports: what it calls each, and the path it comes from. */
export function importsOfGo(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const source = text.slice(0, mostCharacters);
  const start = source.search(/^import\b/m);
  if (start === -1) return found;
  const end = source.slice(start).search(/^(?:func|type|var|const)\b/m);
  for (const [, own, path = ""] of source.slice(start, end === -1 ? undefined : start + end).matchAll(imported))
    if (own !== "_" && own !== ".") found.set(own ?? nameOf(path), path);
  return found;
}

/** What a package is called that is given no name: the last part of its path, without a version. */
function nameOf(path: string): string {
  const parts = path.replace(/\.v\d+$/, "").split("/");
  const last = parts.at(-1) ?? "";
  return /^v\d+$/.test(last) ? (parts.at(-2) ?? last) : last;
}

/** A callee by the package's own name: `net2.Dir` after `import net2 "net/http"` is `http.Dir`. */
export function nameOfPackage(callee: string, imports: ReadonlyMap<string, string>): string {
  const [first = ""] = /^\w+/.exec(callee) ?? [];
  const path = imports.get(first);
  return path === undefined ? callee : `${nameOf(path)}${callee.slice(first.length)}`;
}

/** The path of the package that a call or a type of Go is from, by the name before its first dot; undefined where nothing is imported under it. */
export function packageOf(node: SyntaxNode): string | undefined {
  const [name = ""] = /^\w+/.exec(node.text().slice(0, 80)) ?? [];
  return importsOfGo(fileTextOf(node)).get(name);
}
