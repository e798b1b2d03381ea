import type { Excerpt } from "./finding.ts";
import { maskLikelySecrets, maskSecrets } from "./masking.ts";
import type { Remark } from "./remark.ts";

/** What an excerpt is taken from. */
export interface ExcerptSource {
  /** The lines of the file on the remark's side. */
  readonly lines: readonly string[];
  /** Numbers of the lines that rules have looked at for secrets. */
  readonly looked: ReadonlySet<number>;
  readonly secrets: readonly string[];
}

const contextLines = 2;
const longestExcerpt = 12;
const longestShownLine = 400;
/** How much is shown in front of a place that is far to the right. */
const shownBefore = 100;

/** The lines that a remark is about and some around them, as they may be shown. */
export function excerptOf(
  { startLine, endLine, startColumn = 1, endColumn = startColumn }: Pick<Remark, "startLine" | "endLine" | "startColumn" | "endColumn">,
  { lines, looked, secrets }: ExcerptSource,
): Excerpt {
  const first = Math.max(1, startLine - contextLines);
  const last = Math.min(lineCount(lines), endLine + contextLines, first + longestExcerpt - 1);
  const masked = (line: string, number: number): string => {
    const text = maskSecrets(line, secrets);
    return looked.has(number) ? text : maskLikelySecrets(text);
  };
  return {
    firstLine: first,
    lines: lines.slice(first - 1, last).map((line, offset) => {
      const number = first + offset;
      const text = masked(line.replace(/\r$/, ""), number);
      const end = startLine === endLine ? endColumn : startColumn;
      if (number !== startLine || end - 1 <= longestShownLine) return shortened(text, 0);
      // What is masked takes another width, so the place is looked for behind what is shown of the line before it.
      return shortened(text, masked(line.slice(0, startColumn - 1), number).length - shownBefore);
    }),
  };
}

/** The number of lines: a text that ends with a line feed has an empty piece behind it. */
export function lineCount(lines: readonly string[]): number {
  return lines.at(-1) === "" ? lines.length - 1 : lines.length;
}

/** As much of a line as is shown, beginning near `from`; what is left out on either side is an ellipsis. */
function shortened(line: string, from: number): string {
  if (line.length <= longestShownLine) return line;
  const start = Math.max(0, Math.min(from, line.length - longestShownLine));
  const end = start + longestShownLine;
  return `${start > 0 ? "…" : ""}${line.slice(start, end)}${end < line.length ? "…" : ""}`;
}
