import { createHash } from "node:crypto";
import type { FileDiff, Hunk } from "#diff";

/** A changed file that nobody has read: known by what Git calls its content. */
export interface UnreadFile {
  readonly path: string;
  readonly mode: string;
  readonly id: string;
}

/**
 * A name for a whole change by its content: the same lines added and removed between the same neighbours make the same name, at whatever number they stand and
 * whatever they are based on. Git lets nothing change beside a change without a conflict, so it stays the same in a rebase; lines that change places, a mode, a
 * new name, and another content of a file that was not read make it another.
 */
export function changeId(files: Iterable<FileDiff>, unread: Iterable<UnreadFile>): string {
  const parts = [
    ...Array.from(files, (file) => digest([named(file), ...file.hunks.flatMap(changesOf)])),
    ...Array.from(unread, ({ path, mode, id }) => digest([path, mode, id])),
  ];
  return digest(parts.toSorted()).slice(0, 40);
}

function named({ oldPath, path, oldMode, newMode }: FileDiff): string {
  return [oldPath ?? "", path, oldMode ?? "", newMode ?? ""].join("\0");
}

const signs = { added: "+", removed: "-", context: " " } as const;

/** The changed lines of a hunk, and those that stand directly beside one. */
function changesOf({ lines }: Hunk): readonly string[] {
  const isChanged = (index: number): boolean => (lines[index]?.kind ?? "context") !== "context";
  return lines
    .filter((_, index) => isChanged(index - 1) || isChanged(index) || isChanged(index + 1))
    .map(({ kind, text }) => `${signs[kind]}${text}`);
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
