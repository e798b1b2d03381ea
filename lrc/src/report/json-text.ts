/**
 * A value as JSON that can be printed on a terminal: control characters and overrides of the writing direction, which JSON allows as they are, are
 * written as escapes. Whoever reads the JSON gets the same value.
 */
export function jsonText(value: unknown, indentation?: number): string {
  return JSON.stringify(value, undefined, indentation).replace(invisible, escaped);
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}

/** Line feeds outside of strings are the layout's own; those within were escaped already. */
const invisible = /(?!\n)[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;
