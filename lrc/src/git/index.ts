export { type Origin, originsOf } from "./attributes.ts";
export { blobSizes, listFolder, readBlobs, readTreeFiles } from "./blobs.ts";
export { type ChangeList, type ChangeRecord, type Comparison, listChanges, type PatchRecord, readPatches } from "./changes.ts";
export { parseGitBoolean, readSetting, type SettingScope, settingsOf, writeSetting } from "./configuration.ts";
export { GitError } from "./git-error.ts";
export { GitProcess, type GitResult, type GitRunOptions, type GitSurroundings } from "./git-process.ts";
export { type Operation, Repository, type RepositoryPaths } from "./repository.ts";
