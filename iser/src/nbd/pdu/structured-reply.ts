import { writeUint64 } from "#bytes";
import type { NbdError } from "./nbd-error.ts";
import type { Request } from "./request.ts";

/** Structured reply types. Errors have bit 15 set. */
export const ChunkType = { none: 0, offsetData: 1, offsetHole: 2, blockStatus: 5, error: 0x8001 } as const;
export type ChunkType = (typeof ChunkType)[keyof typeof ChunkType];

/** Structured reply flags. */
export const ChunkFlag = { done: 1 << 0 } as const;

/** Flags of an extent in the context base:allocation. */
export const AllocationFlag = { hole: 1 << 0, zero: 1 << 1 } as const;

export const structuredReplyMagic = 0x668e_33ef;
export const chunkHeaderBytes = 20;

/** What stands before the data of a read: the chunk's header and the offset. */
export const offsetDataHeaderBytes = chunkHeaderBytes + 8;
/** A whole NBD_REPLY_TYPE_OFFSET_HOLE chunk. */
export const offsetHoleBytes = chunkHeaderBytes + 12;

/** The last (or only) chunk of the reply to a read; `request.length` bytes of data follow. */
export function writeOffsetData(view: DataView, at: number, request: Readonly<Request>): void {
  writeChunkHeader(view, at, request, ChunkType.offsetData, 8 + request.length);
  writeUint64(view, at + chunkHeaderBytes, request.offset);
}

/** The whole range of a read reads as zeroes. */
export function writeOffsetHole(view: DataView, at: number, request: Readonly<Request>): void {
  writeChunkHeader(view, at, request, ChunkType.offsetHole, 12);
  writeUint64(view, at + chunkHeaderBytes, request.offset);
  view.setUint32(at + chunkHeaderBytes + 8, request.length);
}

/** `message` is for people. */
export function encodeErrorChunk(request: Readonly<Request>, error: NbdError, message: string): Buffer {
  const text = Buffer.from(message, "utf8").subarray(0, maximumMessageBytes);
  const chunk = Buffer.alloc(chunkHeaderBytes + 6 + text.length);
  writeChunkHeader(viewOf(chunk), 0, request, ChunkType.error, 6 + text.length);
  chunk.writeUInt32BE(error, chunkHeaderBytes);
  chunk.writeUInt16BE(text.length, chunkHeaderBytes + 4);
  text.copy(chunk, chunkHeaderBytes + 6);
  return chunk;
}

/** No string of the protocol is longer. */
const maximumMessageBytes = 4096;

export interface AllocationExtent {
  readonly length: number;
  /** `AllocationFlag`s. */
  readonly flags: number;
}

export function encodeBlockStatusChunk(request: Readonly<Request>, contextId: number, extents: readonly AllocationExtent[]): Buffer {
  const payloadBytes = 4 + 8 * extents.length;
  const chunk = Buffer.alloc(chunkHeaderBytes + payloadBytes);
  writeChunkHeader(viewOf(chunk), 0, request, ChunkType.blockStatus, payloadBytes);
  chunk.writeUInt32BE(contextId, chunkHeaderBytes);
  let at = chunkHeaderBytes + 4;
  for (const extent of extents) {
    chunk.writeUInt32BE(extent.length, at);
    chunk.writeUInt32BE(extent.flags, at + 4);
    at += 8;
  }
  return chunk;
}

/** Every reply of this server is one chunk, so each carries the flag that ends the reply. */
function writeChunkHeader(view: DataView, at: number, request: Readonly<Request>, type: ChunkType, payloadBytes: number): void {
  view.setUint32(at, structuredReplyMagic);
  view.setUint16(at + 4, ChunkFlag.done);
  view.setUint16(at + 6, type);
  view.setUint32(at + 8, request.cookieHigh);
  view.setUint32(at + 12, request.cookieLow);
  view.setUint32(at + 16, payloadBytes);
}

export interface Chunk {
  readonly flags: number;
  readonly type: number;
  readonly cookieHigh: number;
  readonly cookieLow: number;
  /** A view. */
  readonly payload: Buffer;
}

/** undefined when `memory` does not begin with a whole chunk. */
export function decodeChunk(memory: Buffer): Chunk | undefined {
  if (memory.length < chunkHeaderBytes || memory.readUInt32BE(0) !== structuredReplyMagic) return undefined;
  const end = chunkHeaderBytes + memory.readUInt32BE(16);
  if (memory.length < end) return undefined;
  return {
    flags: memory.readUInt16BE(4),
    type: memory.readUInt16BE(6),
    cookieHigh: memory.readUInt32BE(8),
    cookieLow: memory.readUInt32BE(12),
    payload: memory.subarray(chunkHeaderBytes, end),
  };
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
