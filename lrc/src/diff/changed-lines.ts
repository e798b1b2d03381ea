import type { FileDiff, Line } from "./file-diff.ts";

/** The added lines of a file, in order. */
export function addedLines({ hunks }: FileDiff): readonly Extract<Line, { kind: "added" }>[] {
  return hunks.flatMap(({ lines }) => lines.filter((line) => line.kind === "added"));
}

/** The removed lines of a file, in order. */
export function removedLines({ hunks }: FileDiff): readonly Extract<Line, { kind: "removed" }>[] {
  return hunks.flatMap(({ lines }) => lines.filter((line) => line.kind === "removed"));
}

/** The numbers of the added lines, in the file after the change. */
export function addedNumbers(diff: FileDiff): ReadonlySet<number> {
  return new Set(addedLines(diff).map(({ newNumber }) => newNumber));
}

/** The numbers of the removed lines, in the file before the change. */
export function removedNumbers(diff: FileDiff): ReadonlySet<number> {
  return new Set(removedLines(diff).map(({ oldNumber }) => oldNumber));
}
