export { AnswerPace } from "./answer-pace.ts";
export { answersReadBytesFor, bulkReadBytesFor, mostBulkBytes } from "./bulk-read.ts";
export type { ByteStreamCore } from "./byte-stream-core.ts";
export { type Crc32c, portableCrc32c } from "./crc32c.ts";
export { hexDump } from "./hex-dump.ts";
export { fastestCrc32c, loadIsaLCrc32c } from "./native-crc32c.ts";
export { OutputQueue } from "./output-queue.ts";
export { OutputSlab } from "./output-slab.ts";
export { readUint64, tryReadUint64, Uint64RangeError, writeUint64 } from "./uint64.ts";
