export { addedLines, addedNumbers, removedLines, removedNumbers } from "./changed-lines.ts";
export { type DiffSection, DiffSections } from "./diff-sections.ts";
export type { ChangedFile, FileDiff, FileKind, FileStatus, Hunk, Line, Side } from "./file-diff.ts";
export { anchorOf, newLineOf } from "./line-mapping.ts";
export { textAfter, visibleText } from "./reconstruct.ts";
export { DiffError, type FileChange, parseFileDiff, parseUnifiedDiff } from "./unified-diff.ts";
