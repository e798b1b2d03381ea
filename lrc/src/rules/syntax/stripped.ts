import { verbose } from "../text/index.ts";
import type { Danger } from "./cleaner.ts";
import { constantOf } from "./reaching.ts";
import type { SyntaxNode } from "./tree.ts";

/** A pattern of all but letters, digits and what joins words. A range that is not of letters or digits may hold anything. */
const allButWords = verbose`
  ^(?:
    \[\^-?(?: [a-z]-[a-z] | [A-Z]-[A-Z] | \d-\d | \\\\[wd.-] | [\w\ .](?!-[^\]]) )+-?\]
    | \\\\[WD]
  )[+*]?$
`;

/** Whether a call of Java takes out of a text what could do harm, or writes it as a page shows it: `text.replaceAll("[^a-z]", "")`, `text.replace("<", "&lt;")`. */
export function isStripped(method: string, values: readonly SyntaxNode[], danger: Danger): boolean {
  const [pattern, replacement] = values;
  if (!/^replace(?:All)?$/.test(method) || pattern === undefined || replacement === undefined) return false;
  const from = constantOf(pattern);
  const to = constantOf(replacement);
  if (typeof from !== "string" || typeof to !== "string") return false;
  if (danger === "html" && from === "<") return to === "&lt;";
  return method === "replaceAll" && allButWords.test(from) && /^[\w -]?$/.test(to);
}
