import { parsePatch, type StructuredPatch, type StructuredPatchHunk } from "diff";
import type { FileDiff, FileKind, FileStatus, Hunk, Line } from "./file-diff.ts";

/** A diff that cannot be read. The message is a sentence that says where. */
export class DiffError extends Error {
  override readonly name = "DiffError";
}

/** What is known of a changed path before its patch is read. Modes are "000000" on the side that has no file, as Git writes them. */
export interface FileChange {
  /** Git's letter: A, D, M, R, C, T or U. */
  readonly status: string;
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldPath: string;
  readonly path: string;
  readonly isBinary: boolean;
  /** The sections of the patch that belong to it; a change of type has two. */
  readonly patches: readonly string[];
}

/** The diff of one file from what Git says about it and its part of the patch. */
export function parseFileDiff(change: FileChange): FileDiff {
  const hunks = change.isBinary ? [] : change.patches.flatMap((patch) => parse(patch, change.path).flatMap((file) => hunksOf(file)));
  const kind = kindOf(change, hunks);
  return {
    ...identity(change),
    kind,
    ...counts(kind === "text" ? hunks : []),
    hunks: kind === "text" ? hunks : [],
  };
}

/** A diff that somebody wrote into a file, in Git's dialect or in plain unified format. Paths lose their `a/` and `b/`. */
export function parseUnifiedDiff(text: string): readonly FileDiff[] {
  return parse(text, "the diff")
    .map((file): FileDiff | undefined => {
      const path = pathOf(file.newFileName, "b/") ?? pathOf(file.oldFileName, "a/");
      if (path === undefined) return undefined;
      const oldPath = pathOf(file.oldFileName, "a/") ?? path;
      const hunks = hunksOf(file);
      const isNew = file.isCreate === true || isNoFile(file.oldFileName);
      const isGone = file.isDelete === true || isNoFile(file.newFileName);
      const change = {
        status: isNew ? "A" : isGone ? "D" : file.isCopy === true ? "C" : oldPath === path ? "M" : "R",
        oldMode: isNew ? "000000" : (file.oldMode ?? "100644"),
        newMode: isGone ? "000000" : (file.newMode ?? "100644"),
        oldPath,
        path,
        isBinary: file.isBinary === true,
      };
      const kind = kindOf(change, hunks);
      return { ...identity(change), kind, ...counts(kind === "text" ? hunks : []), hunks: kind === "text" ? hunks : [] };
    })
    .filter((file) => file !== undefined);
}

function parse(patch: string, what: string): readonly StructuredPatch[] {
  try {
    return parsePatch(patch);
  } catch (error) {
    throw new DiffError(`${what} cannot be read: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`, {
      cause: error,
    });
  }
}

function isNoFile(name: string | undefined): boolean {
  return name?.trimEnd() === "/dev/null";
}

/** A diff whose lines end with CRLF has the CR behind its names, too. */
function pathOf(name: string | undefined, prefix: string): string | undefined {
  if (name === undefined || name === "" || isNoFile(name)) return undefined;
  const path = name.replace(/\r$/, "");
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

const statuses: Readonly<Record<string, FileStatus>> = { A: "added", D: "deleted", R: "renamed", C: "copied", T: "type-changed" };

type FileIdentity = Pick<FileDiff, "path" | "oldPath" | "status" | "oldMode" | "newMode">;

function identity({ status, oldMode, newMode, oldPath, path }: Omit<FileChange, "patches" | "isBinary">): FileIdentity {
  const isAdded = status === "A";
  return {
    path,
    oldPath: isAdded ? undefined : oldPath,
    status: statuses[status] ?? "modified",
    oldMode: isAdded ? undefined : oldMode,
    newMode: status === "D" ? undefined : newMode,
  };
}

/** What the path holds after the change, or held if it is gone. */
function kindOf({ status, oldMode, newMode, isBinary }: Omit<FileChange, "patches">, hunks: readonly Hunk[]): FileKind {
  const mode = status === "D" ? oldMode : newMode;
  if (mode === "160000") return "submodule";
  if (mode === "120000") return "symlink";
  if (isBinary) return "binary";
  return isLfsPointer(hunks) ? "lfs-pointer" : "text";
}

const lfsVersion = "version https://git-lfs.github.com/spec/v1";

function isLfsPointer(hunks: readonly Hunk[]): boolean {
  const first = hunks[0]?.lines[0];
  return first?.text === lfsVersion || (hunks[0]?.lines.some(({ text }) => text === lfsVersion) === true && hunks[0].newStart <= 1);
}

function counts(hunks: readonly Hunk[]): Pick<FileDiff, "addedCount" | "removedCount"> {
  let addedCount = 0;
  let removedCount = 0;
  for (const { lines } of hunks) {
    for (const { kind } of lines) {
      if (kind === "added") addedCount += 1;
      else if (kind === "removed") removedCount += 1;
    }
  }
  return { addedCount, removedCount };
}

function hunksOf({ hunks }: StructuredPatch): readonly Hunk[] {
  return hunks.map(hunkOf);
}

/** The library numbers a range of no lines from the line behind it; Git, and we, from the line before. */
function hunkOf({ oldStart, oldLines, newStart, newLines, lines }: StructuredPatchHunk): Hunk {
  let oldNumber = oldStart;
  let newNumber = newStart;
  const read: Line[] = [];
  for (const line of lines) {
    const text = line.slice(1);
    switch (line[0]) {
      case "+":
        read.push({ kind: "added", text, newNumber });
        newNumber += 1;
        break;
      case "-":
        read.push({ kind: "removed", text, oldNumber });
        oldNumber += 1;
        break;
      case "\\": // "\ No newline at end of file" is about the line above
        break;
      default: // an empty line stands for an empty line of context whose blank somebody's mailer took
        read.push({ kind: "context", text, oldNumber, newNumber });
        oldNumber += 1;
        newNumber += 1;
    }
  }
  return {
    oldStart: oldLines === 0 ? oldStart - 1 : oldStart,
    oldCount: oldLines,
    newStart: newLines === 0 ? newStart - 1 : newStart,
    newCount: newLines,
    lines: read,
  };
}
