/** What the server says first, and what the client says to it (newstyle negotiation). */
import { optionMagic } from "./option-request.ts";

/** "NBDMAGIC" */
export const greetingMagic = Buffer.from("4e42444d41474943", "hex");

export const HandshakeFlag = { fixedNewstyle: 1 << 0, noZeroes: 1 << 1 } as const;

export const greetingBytes = 18;
export const clientFlagsBytes = 4;

export function encodeGreeting(handshakeFlags: number): Buffer {
  const greeting = Buffer.alloc(greetingBytes);
  greetingMagic.copy(greeting, 0);
  optionMagic.copy(greeting, 8);
  greeting.writeUInt16BE(handshakeFlags, 16);
  return greeting;
}

/** The handshake flags of a greeting, or undefined when it is not one. */
export function decodeGreeting(greeting: Buffer): number | undefined {
  if (greeting.length < greetingBytes) return undefined;
  if (greetingMagic.compare(greeting, 0, 8) !== 0 || optionMagic.compare(greeting, 8, 16) !== 0) return undefined;
  return greeting.readUInt16BE(16);
}
