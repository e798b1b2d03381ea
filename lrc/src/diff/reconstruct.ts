import type { FileDiff, Side } from "./file-diff.ts";

/**
 * The text after a change, from the text before it and the diff. Nothing of the working tree is opened for it, so no symbolic link can lead a
 * reader out of the repository, and it is what Git would store, line endings and filters included.
 */
export function textAfter(before: string, { hunks }: FileDiff): string {
  const old = before.split("\n");
  const lines: string[] = [];
  let next = 0;
  for (const hunk of hunks) {
    const start = hunk.oldCount === 0 ? hunk.oldStart : hunk.oldStart - 1;
    while (next < start && next < old.length) lines.push(old[next++]!);
    for (const line of hunk.lines) {
      if (line.kind !== "removed") lines.push(line.text);
      if (line.kind !== "added") next += 1;
    }
  }
  while (next < old.length) lines.push(old[next++]!);
  const text = lines.join("\n");
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/** What a diff alone knows of one side: its lines in their places, and empty lines where it shows nothing. */
export function visibleText({ hunks }: FileDiff, side: Side): string {
  const lines: string[] = [];
  for (const hunk of hunks) {
    for (const line of hunk.lines) {
      if (side === "new" && line.kind !== "removed") lines[line.newNumber - 1] = line.text;
      if (side === "old" && line.kind !== "added") lines[line.oldNumber - 1] = line.text;
    }
  }
  return Array.from(lines, (line) => `${line ?? ""}\n`).join("");
}
