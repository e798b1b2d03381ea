/** What happened to a file between two trees. A change of mode only is `modified` without hunks. */
export type FileStatus = "added" | "deleted" | "modified" | "renamed" | "copied" | "type-changed";

/** What a path holds. A Git LFS pointer is `lfs-pointer`: its three lines are no content anybody wrote. */
export type FileKind = "text" | "binary" | "symlink" | "submodule" | "lfs-pointer";

/** Which of the two files a line number counts in: `old` before the change, `new` after it. */
export type Side = "old" | "new";

/** One line of a hunk, without its line feed. A carriage return at its end belongs to the text. Numbers count from 1. */
export type Line =
  | { readonly kind: "context"; readonly text: string; readonly oldNumber: number; readonly newNumber: number }
  | { readonly kind: "added"; readonly text: string; readonly newNumber: number }
  | { readonly kind: "removed"; readonly text: string; readonly oldNumber: number };

/** Neighbouring changes with the context around them, as in the unified format. A start is 0 where its count is 0 and nothing stands before it. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  readonly lines: readonly Line[];
}

/** How one file differs between two trees. Paths are relative to the root of the repository, with `/` between their parts, and never quoted. */
export interface FileDiff {
  /** Where the file is now, or where it was if it is deleted. */
  readonly path: string;
  /** Where it was; the same as `path` unless it was renamed or copied. Undefined for what is added. */
  readonly oldPath: string | undefined;
  readonly status: FileStatus;
  readonly kind: FileKind;
  /** Modes as Git writes them ("100644", "100755", "120000", "160000"); undefined on the side that has no such file. */
  readonly oldMode: string | undefined;
  readonly newMode: string | undefined;
  /** Lines added and removed, as `git diff --numstat` counts them; 0 for what is not text. */
  readonly addedCount: number;
  readonly removedCount: number;
  /** In order. Empty for what is not text, for pure renames and changes of mode. */
  readonly hunks: readonly Hunk[];
}

/**
 * A changed file with its whole text on both sides: what a rule looks at. A side is undefined where there is no such file. Bytes that are not
 * UTF-8 were replaced (U+FFFD), so lines agree with the file's and columns may not.
 */
export interface ChangedFile {
  readonly diff: FileDiff;
  readonly before: string | undefined;
  readonly after: string | undefined;
}
