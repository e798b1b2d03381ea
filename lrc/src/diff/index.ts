export { addedLines, addedNumbers, removedLines, removedNumbers } from "./changed-lines.ts";
export type { ChangedFile, FileDiff, FileKind, FileStatus, Hunk, Line, Side } from "./file-diff.ts";
export { anchorOf, newLineOf } from "./line-mapping.ts";
