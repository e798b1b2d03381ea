/**
 * `text` with everything that a terminal or a reader's eye could be deceived by made visible: control characters (an escape sequence in a path),
 * overrides of the writing direction, characters without width. Line feeds and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(invisible, (character) => `\\u{${character.codePointAt(0)!.toString(16).padStart(4, "0")}}`);
}

/** The same on one line: for paths, which may hold line feeds. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\n", "\\u{000a}").replaceAll("\t", "\\u{0009}");
}

const invisible = /(?![\n\t])[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;
