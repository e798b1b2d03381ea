export { type CommitConfig, ConfigCascade, foldersAbove, type PathConfig } from "./cascade.ts";
export { type ConfigDiagnostic, type LrcConfig, type ModelWish, noWish, type ParsedConfig, parseConfig } from "./lrc-config.ts";
