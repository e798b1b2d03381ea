export type { ByteStreamCore } from "./byte-stream-core.ts";
