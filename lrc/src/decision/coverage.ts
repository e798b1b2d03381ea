import { createHash } from "node:crypto";

/** A changed line as coverage sees it. */
export interface ChangedLine {
  readonly path: string;
  readonly kind: "added" | "removed";
  readonly text: string;
}

/**
 * Names for changed lines that depend on their content only, so that a line that was reviewed is known again after everything around it has moved, and
 * one that was edited since is not. Equal lines of a file are told apart by their order.
 */
export function lineKeys(lines: Iterable<ChangedLine>): readonly string[] {
  const seen = new Map<string, number>();
  const keys: string[] = [];
  for (const { path, kind, text } of lines) {
    const content = `${path}\0${kind}\0${text}`;
    const occurrence = seen.get(content) ?? 0;
    seen.set(content, occurrence + 1);
    keys.push(createHash("sha256").update(`${content}\0${occurrence}`).digest("base64url").slice(0, 16));
  }
  return keys;
}

/** How much of a change has been reviewed, in whole percent; never 100 unless it is all of it. */
export function coveragePercent(reviewedLines: number, changedLines: number): number {
  if (changedLines === 0) return 100;
  return Math.floor((Math.min(reviewedLines, changedLines) * 100) / changedLines);
}
