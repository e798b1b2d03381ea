import { tryReadUint64, writeUint64 } from "#bytes";

/** Request types. */
export const Command = { read: 0, write: 1, disc: 2, flush: 3, trim: 4, cache: 5, writeZeroes: 6, blockStatus: 7 } as const;

/** Command flags. */
export const CommandFlag = { fua: 1 << 0, noHole: 1 << 1, df: 1 << 2, reqOne: 1 << 3, fastZero: 1 << 4 } as const;

export const requestMagic = 0x2560_9513;
export const requestHeaderBytes = 28;

/** A request without its payload. Mutable, because the server decodes each into a slot that is used again and again. */
export interface Request {
  flags: number;
  /** A `Command`, or a number the client made up. */
  command: number;
  /** The client's 64 opaque bits, given back in the reply. */
  cookieHigh: number;
  cookieLow: number;
  /** In bytes; -1 for what is beyond 2^53. */
  offset: number;
  /** In bytes. */
  length: number;
}

/** Fills `into` from the header at `at`; false when the magic is not there. Needs `requestHeaderBytes` bytes. */
export function decodeRequest(view: DataView, at: number, into: Request): boolean {
  if (view.getUint32(at) !== requestMagic) return false;
  into.flags = view.getUint16(at + 4);
  into.command = view.getUint16(at + 6);
  into.cookieHigh = view.getUint32(at + 8);
  into.cookieLow = view.getUint32(at + 12);
  into.offset = tryReadUint64(view, at + 16);
  into.length = view.getUint32(at + 24);
  return true;
}

export function encodeRequest(request: Readonly<Request>): Uint8Array {
  const bytes = new Uint8Array(requestHeaderBytes);
  writeRequest(new DataView(bytes.buffer), 0, request);
  return bytes;
}

/** Writes the header at `at`; the data of a write follow it. */
export function writeRequest(view: DataView, at: number, request: Readonly<Request>): void {
  view.setUint32(at, requestMagic);
  view.setUint16(at + 4, request.flags);
  view.setUint16(at + 6, request.command);
  view.setUint32(at + 8, request.cookieHigh);
  view.setUint32(at + 12, request.cookieLow);
  writeUint64(view, at + 16, request.offset);
  view.setUint32(at + 24, request.length);
}
