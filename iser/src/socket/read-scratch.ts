import { mostBulkBytes } from "#bytes";

/**
 * Memory for bulk reads, shared by all connections of this thread: a chunk is only borrowed until `receive` returns, and libuv reads
 * synchronously, right before the callback. So 256 connections cost one scratch, and it stays warm.
 */
let scratch: Uint8Array | undefined;

/** The first `length` bytes of the scratch, at least one and at most all of it. */
export function readScratch(length: number): Uint8Array {
  scratch ??= new Uint8Array(mostBulkBytes);
  return scratch.subarray(0, Math.max(1, Math.min(length, mostBulkBytes)));
}
