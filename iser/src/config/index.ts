export { type AuthMethod, type Digest, defaultSessionConfig, type Protocol, type SessionConfig } from "./session-config.ts";
