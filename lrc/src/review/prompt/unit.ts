import type { ChangedFile, Hunk, Line } from "#diff";

/** A piece of a change that is judged at one time: a hunk, or a part of one that is too long. As it is sent, secrets replaced. */
export interface Unit {
  /** As it is known to the model; the real one is `file.diff.path`. */
  readonly path: string;
  readonly file: ChangedFile;
  /** As they are sent. */
  readonly lines: readonly Line[];
  /** What of the file around it is shown. */
  readonly context: string;
  /** The more, the sooner it is looked at. */
  readonly risk: number;
}

/** A model loses its way in more lines than these. */
const longestUnit = 160;

/** Hunks as pieces of a bearable length, cut at empty lines where there are any. */
export function piecesOf({ lines }: Hunk): readonly (readonly Line[])[] {
  const pieces: Line[][] = [];
  let piece: Line[] = [];
  for (const line of lines) {
    piece.push(line);
    const isBreak = line.text.trim() === "" && piece.length > longestUnit / 2;
    if (isBreak || piece.length >= longestUnit) {
      pieces.push(piece);
      piece = [];
    }
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces.filter((lines) => lines.some(({ kind }) => kind !== "context"));
}

/** The lines with their numbers before and after, a mark for what was added and removed, and the text behind a bar. */
export function lineTable(lines: readonly Line[]): string {
  return lines
    .map((line) => {
      const before = line.kind === "added" ? "" : String(line.oldNumber);
      const after = line.kind === "removed" ? "" : String(line.newNumber);
      const mark = line.kind === "added" ? "+" : line.kind === "removed" ? "-" : " ";
      return `${before.padStart(5)} ${after.padStart(5)} ${mark}|${shortened(line.text)}`;
    })
    .join("\n");
}

/** What a unit is whatever its place in the file: the key of what is remembered about it. */
export function contentOf({ path, lines, context }: Unit): string {
  return JSON.stringify([path, lines.map(({ kind, text }) => [kind, text]), context]);
}

const longestLine = 600;

function shortened(text: string): string {
  return text.length > longestLine ? `${text.slice(0, longestLine)}…` : text;
}
