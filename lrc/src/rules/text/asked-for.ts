import { verbose } from "./verbose.ts";

/** How many lines above a place are read for what it is said to be for. */
const reach = 8;
const condition = verbose("i")`
  \b(?:if|case)\b[^\n{]{0,120}(?:
    insecure | skip | unsafe | !\s*\*?secure | self_?(?:sign|cert) | debug | dev\b | test | verif | valid\w*cert
    | trust | no_?tls | disable | allow | legacy | old | compat
  )
`;
const namedFunction = /\bfunc\b[^\n(]{0,20}(?:\([^)\n]{0,60}\)\s*)?\w*(?:[iI]nsecure|[sS]kipVerify|[nN]oVerify|[lL]egacy)/;
const named = /(?<![.\w])(?!InsecureSkipVerify\b)\w*(?:[iI]nsecure|noVerify|[lL]egacy)\w*(?:\.\w+)?\s*:?=\s*[&*]?\w/;

/** Whether Go code says that it wants what is unsafe: behind a flag, in a function or for a variable whose name leaves no doubt. `line` counts from 1. */
export function isAskedFor(lines: readonly string[], line: number): boolean {
  const property = /(\.\w+)\s*=[^=]/.exec(lines[line - 1] ?? "")?.[1];
  // Set one way here and another way otherwise: somebody can choose.
  if (property !== undefined) {
    const below = lines.slice(line, line + 6).join("\n");
    const otherwise = /\}\s*else\b/.exec(below);
    if (otherwise !== null && below.indexOf(property, otherwise.index) > 0) return true;
  }
  const text = functionAbove(lines, line);
  return condition.test(text) || namedFunction.test(text) || named.test(text);
}

/** Whether nothing but the name of the function says so: somebody knows what it does, and nobody can choose. */
export function isSaidByName(lines: readonly string[], line: number): boolean {
  const text = functionAbove(lines, line);
  return namedFunction.test(text) && !condition.test(text) && !named.test(text);
}

/** What stands above a line, as far as the beginning of its function. */
function functionAbove(lines: readonly string[], line: number): string {
  const above = lines.slice(Math.max(0, line - reach), line);
  const start = above.findLastIndex((text) => /^func\b/.test(text));
  return above.slice(Math.max(0, start)).join("\n");
}
