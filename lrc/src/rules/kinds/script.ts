import type { Language } from "../rule.ts";

/** TypeScript, with and without JSX, and JavaScript: what is true of one is true of all three. */
export const scriptLanguages = ["typescript", "tsx", "javascript"] as const satisfies readonly Language[];

/** The same for all three. */
export function inScript<Value>(value: Value): Readonly<Record<(typeof scriptLanguages)[number], Value>> {
  return { typescript: value, tsx: value, javascript: value };
}
