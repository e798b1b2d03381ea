import type { Request } from "./request.ts";

export const simpleReplyMagic = 0x6744_6698;
export const simpleReplyBytes = 16;

/** Writes the header at `at`; the data of a read follows it. `error` is an `NbdError`, or 0. */
export function writeSimpleReply(view: DataView, at: number, request: Readonly<Request>, error: number): void {
  view.setUint32(at, simpleReplyMagic);
  view.setUint32(at + 4, error);
  view.setUint32(at + 8, request.cookieHigh);
  view.setUint32(at + 12, request.cookieLow);
}

export function encodeSimpleReply(request: Readonly<Request>, error: number): Uint8Array {
  const bytes = new Uint8Array(simpleReplyBytes);
  writeSimpleReply(new DataView(bytes.buffer), 0, request, error);
  return bytes;
}

export interface SimpleReply {
  readonly error: number;
  readonly cookieHigh: number;
  readonly cookieLow: number;
}

/** undefined when `memory` does not begin with a whole simple reply. */
export function decodeSimpleReply(memory: Buffer): SimpleReply | undefined {
  if (memory.length < simpleReplyBytes || memory.readUInt32BE(0) !== simpleReplyMagic) return undefined;
  return { error: memory.readUInt32BE(4), cookieHigh: memory.readUInt32BE(8), cookieLow: memory.readUInt32BE(12) };
}
