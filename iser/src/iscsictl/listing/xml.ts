import { escapeMarkup } from "./markup.ts";
import type { Tree } from "./tree.ts";

/** The tree as libxo(3) writes XML: an element a field, one for each item of a list; what is empty has no children. */
export function xmlOf(root: string, tree: Tree, pretty: boolean): string {
  const lines = element(root, tree);
  return pretty ? lines.map(({ depth, text }) => `${"  ".repeat(depth)}${text}\n`).join("") : `${lines.map(({ text }) => text).join("")}\n`;
}

interface XmlLine {
  readonly depth: number;
  readonly text: string;
}

function element(name: string, content: Tree[string]): readonly XmlLine[] {
  if (content === undefined) return [];
  if (isList(content)) return content.flatMap((item) => element(name, item));
  if (typeof content !== "object") return [{ depth: 0, text: `<${name}>${escapeMarkup(String(content))}</${name}>` }];
  const children = Object.entries(content).flatMap(([field, value]) => element(field, value));
  const indented = children.map(({ depth, text }) => ({ depth: depth + 1, text }));
  return [{ depth: 0, text: `<${name}>` }, ...indented, { depth: 0, text: `</${name}>` }];
}

function isList(content: Tree[string]): content is readonly Tree[] {
  return Array.isArray(content);
}
