import { estimateTokens } from "#connectors";
import type { ChangedFile, Line } from "#diff";
import { surroundingOf } from "#rules";

/** More of it makes models find less, not more. */
const mostTokens = 900;
const mostDefinitions = 6;
const linesOfDefinition = 4;
const longestLine = 300;

/**
 * What of a file is shown beside some of its lines: the function or class around them, without the lines themselves, and the beginnings of what is defined
 * elsewhere in the file and used in them. `redact`: makes a line what may be shown of it, before it is shortened.
 */
export function contextFor(file: ChangedFile, lines: readonly Line[], redact: (line: string) => string): string {
  const numbers = lines.flatMap((line) => (line.kind === "removed" ? [] : [line.newNumber]));
  if (file.after === undefined || numbers.length === 0) return "";
  const changed = lines.flatMap((line) => (line.kind === "added" ? [line.newNumber] : []));
  const { enclosing, definitions } = surroundingOf(file, changed.length === 0 ? numbers : changed);
  const text = file.after.split("\n");
  const shown = new Set(numbers);
  const wanted: number[] = [];
  const add = (line: number): void => {
    if (line < 1 || line > text.length || shown.has(line)) return;
    shown.add(line);
    wanted.push(line);
  };
  for (const { startLine, endLine } of definitions.slice(0, mostDefinitions)) {
    for (let line = startLine; line <= Math.min(endLine, startLine + linesOfDefinition - 1); line += 1) add(line);
  }
  if (enclosing !== undefined) {
    add(enclosing.startLine);
    // From the lines outwards: what is near explains more.
    for (let away = 1; away <= 40; away += 1) {
      if (numbers[0]! - away > enclosing.startLine) add(numbers[0]! - away);
      if (numbers.at(-1)! + away <= enclosing.endLine) add(numbers.at(-1)! + away);
    }
  }
  let tokens = 0;
  const kept = new Map<number, string>();
  for (const line of wanted) {
    const visible = redact(text[line - 1]!).slice(0, longestLine);
    tokens += estimateTokens(visible) + 2;
    if (tokens <= mostTokens) kept.set(line, visible);
  }
  return withGaps([...kept].toSorted(([a], [b]) => a - b));
}

/** No numbers: they move when something above changes, and what is remembered about these lines would be lost. */
function withGaps(lines: readonly (readonly [number: number, text: string])[]): string {
  return lines.flatMap(([number, text], index) => (index > 0 && number > lines[index - 1]![0] + 1 ? ["⋮", text] : [text])).join("\n");
}
