import type { FileDiff } from "./file-diff.ts";

/**
 * Where line `oldNumber` of the file before the change is after it. Undefined when the line was removed.
 */
export function newLineOf({ hunks }: FileDiff, oldNumber: number): number | undefined {
  let shift = 0;
  for (const { oldStart, oldCount, newStart, newCount, lines } of hunks) {
    if (oldNumber < firstLine(oldStart, oldCount)) break;
    if (oldNumber < firstLine(oldStart, oldCount) + oldCount) {
      for (const line of lines) if (line.kind === "context" && line.oldNumber === oldNumber) return line.newNumber;
      return undefined;
    }
    shift = firstLine(newStart, newCount) + newCount - (firstLine(oldStart, oldCount) + oldCount);
  }
  return oldNumber + shift;
}

/**
 * The line of the file after the change at which a reader looks for something that stood at line `oldNumber`: the line itself if it is still there,
 * else the one that follows what was removed, else the last. 0 only when nothing is left of the file.
 */
export function anchorOf(diff: FileDiff, oldNumber: number, newLineCount: number): number {
  const mapped = newLineOf(diff, oldNumber);
  if (mapped !== undefined) return Math.min(mapped, newLineCount);
  let next = 1;
  for (const { lines, newStart, newCount } of diff.hunks) {
    next = firstLine(newStart, newCount);
    for (const line of lines) {
      if (line.kind === "removed" && line.oldNumber === oldNumber) return Math.min(next, newLineCount);
      if (line.kind !== "removed") next = line.newNumber + 1;
    }
  }
  return Math.min(next, newLineCount);
}

/** A range of no lines is written with the line before it; the first line it could hold is the one behind. */
function firstLine(start: number, count: number): number {
  return count === 0 ? start + 1 : start;
}
