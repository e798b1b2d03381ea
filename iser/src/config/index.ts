export { type Diagnostic, formatDiagnostic } from "./diagnostic.ts";
export { loosePermissions } from "./file-permissions.ts";
export { formatIscsiConfiguration } from "./formatter.ts";
export { type ConfiguredSession, findNickname, parseIscsiConfiguration } from "./iscsi-configuration.ts";
export { maxIscsiNameLength, unusualIscsiName } from "./iscsi-name.ts";
export { type KeyName, keys, obsoleteKeys } from "./keys.ts";
export { type LoaderAssignment, parseLoaderConfiguration } from "./loader-configuration.ts";
export {
  type AuthMethod,
  type Digest,
  defaultSessionConfig,
  type Protocol,
  type SessionConfig,
  type TargetCache,
} from "./session-config.ts";
