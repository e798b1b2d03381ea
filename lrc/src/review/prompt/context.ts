import { estimateTokens } from "#connectors";
import type { ChangedFile, Line } from "#diff";
import { surroundingOf } from "#rules";

/** More of it makes models find less, not more. */
const mostTokens = 900;
const mostDefinitions = 6;
const linesOfDefinition = 4;

/**
 * What of a file is shown beside some of its lines: the function or class around them, without the lines themselves, and the beginnings of what is defined
 * elsewhere in the file and used in them.
 */
export function contextFor(file: ChangedFile, lines: readonly Line[]): string {
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
  const kept = wanted.filter((line) => {
    tokens += estimateTokens(text[line - 1]!.slice(0, 300)) + 2;
    return tokens <= mostTokens;
  });
  return withGaps(
    kept.toSorted((a, b) => a - b),
    text,
  );
}

/** No numbers: they move when something above changes, and what is remembered about these lines would be lost. */
function withGaps(numbers: readonly number[], text: readonly string[]): string {
  const output: string[] = [];
  for (const [index, number] of numbers.entries()) {
    if (index > 0 && number > numbers[index - 1]! + 1) output.push("⋮");
    output.push(text[number - 1]!.slice(0, 300));
  }
  return output.join("\n");
}
