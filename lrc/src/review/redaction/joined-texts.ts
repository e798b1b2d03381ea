/** A text in quotes on one line. */
const literal = /(["'`])((?:\\.|(?!\1)[^\n\\]){1,600})\1/g;
/** What stands between the pieces of a text that is put together: an operator, or nothing but space (Python, C), over lines or not. */
const between = /^[ \t]*(?:(?:\+|\.{1,2}|&|\\|<>)[ \t]*)?(?:\r?\n[ \t]*(?:(?:\+|\.{1,2}|&|<>)[ \t]*)?)?$/;
const longestLead = 160;

/** A text that a source puts together of several. */
export interface JoinedText {
  /** What stands on the line before it, and the whole of it in quotes. */
  readonly line: string;
  readonly whole: string;
  readonly pieces: readonly string[];
}

/** Texts that stand in several pieces, so that no line has the whole of them. */
export function joinedTextsIn(text: string): readonly JoinedText[] {
  const found: JoinedText[] = [];
  let pieces: string[] = [];
  let start = 0;
  let end = -1;
  const finish = (): void => {
    if (pieces.length < 2) return;
    const whole = pieces.join("");
    const lead =
      text
        .slice(Math.max(0, start - longestLead), start)
        .split("\n")
        .at(-1) ?? "";
    found.push({ line: `${lead}"${whole}"`, whole, pieces });
  };
  for (const match of text.matchAll(literal)) {
    if (end < 0 || match.index - end > longestLead || !between.test(text.slice(end, match.index))) {
      finish();
      pieces = [];
      start = match.index;
    }
    pieces.push(match[2]!);
    end = match.index + match[0].length;
  }
  finish();
  return found;
}

/** Of each piece as much as belongs to `value`, a part of the whole. */
export function partsOf(value: string, { whole, pieces }: JoinedText): readonly string[] {
  const from = whole.indexOf(value);
  if (from < 0) return [];
  const to = from + value.length;
  let at = 0;
  return pieces.flatMap((piece) => {
    const part = piece.slice(Math.max(0, from - at), Math.max(0, to - at));
    at += piece.length;
    return part === "" ? [] : [part];
  });
}
