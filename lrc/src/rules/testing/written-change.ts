import type { ChangedFile } from "#diff";
import { changedFile } from "./rule-case.ts";

/** A change of a few lines, under the words that say what it does. */
export interface WrittenChange {
  readonly name: string;
  readonly files: readonly ChangedFile[];
}

/**
 * Changes as they are written in a text: `# what it does`, then for each file `== path` and its whole text, each line behind a blank, a minus or a plus as in
 * a diff. An empty line is one on both sides; a file without minus and blank is new.
 */
export function writtenChangesOf(text: string): readonly WrittenChange[] {
  return text
    .split(/^# /m)
    .slice(1)
    .map((block) => {
      const [head = "", ...files] = block.split(/^== /m);
      return { name: head.trim(), files: files.map(fileOf) };
    });
}

function fileOf(text: string): ChangedFile {
  const [path = "", ...lines] = text.trimEnd().split("\n");
  const side = (sign: "-" | "+"): string | undefined => {
    const own = lines.filter((line) => line === "" || line.startsWith(" ") || line.startsWith(sign));
    return own.some((line) => line !== "") ? own.map((line) => `${line.slice(1)}\n`).join("") : undefined;
  };
  return changedFile(path, side("-"), side("+"));
}
