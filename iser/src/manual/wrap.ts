/** Breaks a paragraph into lines of at most `width` characters; all but the first are indented. A longer word gets a line of its own. */
export function wrap(paragraph: string, width: number, indentation: number): readonly string[] {
  const lines: string[] = [];
  let line = /^ */.exec(paragraph)?.[0] ?? "";
  let isEmpty = true;
  for (const word of paragraph.trim().split(/ +/)) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = " ".repeat(indentation);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
