import { ProtocolError } from "../protocol-error.ts";
import { printable } from "./printable.ts";

/**
 * The text of Login and Text PDUs: `key=value` pairs, each ended by a NUL (RFC 7143, 6.1).
 *
 *     InitiatorName=iqn.2026-01.example:host\0SessionType=Discovery\0
 */
export interface TextPair {
  readonly key: string;
  readonly value: string;
}

/** Answers that no key has as a value of its own (RFC 7143, 6.2). */
export const ReservedValue = { notUnderstood: "NotUnderstood", irrelevant: "Irrelevant", reject: "Reject" } as const;

export function isReservedValue(value: string): boolean {
  return value === ReservedValue.notUnderstood || value === ReservedValue.irrelevant || value === ReservedValue.reject;
}

/** Bytes of a key name (RFC 7143, 6.1). */
export const maxKeyLength = 63;
/** Bytes of a value, unless it is a large binary one (RFC 7143, 6.1). */
export const maxValueLength = 255;
/** Bytes of a large binary value, decoded: those of a CHAP challenge (RFC 7143, 12.1.3). */
export const maxBinaryLength = 1024;
/** Hexadecimal is the longer of its two encodings. */
const maxBinaryValueLength = 2 + 2 * maxBinaryLength;

/** The standard asks for a capital letter first, then names keys like iSCSIProtocolLevel; `#` is in registered extensions (X#). */
const keyPattern = /^[A-Za-z][A-Za-z0-9.+@_#-]*$/;
const binaryPattern = /^0[xXbB]/;

/** A value is what was sent: a leading U+FEFF is part of it, and what is not UTF-8 shows up as U+FFFD rather than ending a login over an alias. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** More pairs than this in one text are no negotiation and no list of targets. */
export const maxPairs = 65_536;

/** Splits complete text into its pairs, in order and with repetitions. Tolerates a missing last NUL and surplus ones. */
export function parseText(text: Uint8Array): TextPair[] {
  const pairs: TextPair[] = [];
  for (let at = 0; at < text.length; ) {
    const nul = text.indexOf(0, at);
    const end = nul < 0 ? text.length : nul;
    if (end > at) {
      if (pairs.length === maxPairs) throw new ProtocolError("negotiation", `text of more than ${maxPairs} pairs`);
      pairs.push(parsePair(text.subarray(at, end)));
    }
    at = end + 1;
  }
  return pairs;
}

function parsePair(bytes: Uint8Array): TextPair {
  const equals = bytes.indexOf(0x3d);
  if (equals < 0) throw new ProtocolError("negotiation", `text without "=": ${quoted(bytes)} (RFC 7143, 6.1)`);
  if (equals > maxKeyLength) {
    throw new ProtocolError("negotiation", `a key name of ${equals} bytes, more than ${maxKeyLength} (RFC 7143, 6.1)`);
  }
  const key = decoder.decode(bytes.subarray(0, equals));
  if (!keyPattern.test(key)) throw new ProtocolError("negotiation", `${quoted(bytes.subarray(0, equals))} is no key name (RFC 7143, 6.1)`);
  const length = bytes.length - equals - 1;
  const value = decoder.decode(bytes.subarray(equals + 1));
  const most = binaryPattern.test(value) ? maxBinaryValueLength : maxValueLength;
  if (length > most) throw new ProtocolError("negotiation", `a value of ${length} bytes for ${key}, more than ${most} (RFC 7143, 6.1)`);
  return { key, value };
}

function quoted(bytes: Uint8Array): string {
  return `"${printable(decoder.decode(bytes.subarray(0, 100)))}"`;
}

/** The bytes of `pairs`. They are ours: one that could not be read back is a bug, and throws RangeError. */
export function encodeText(pairs: readonly TextPair[]): Uint8Array {
  let text = "";
  for (const { key, value } of pairs) {
    if (key.length > maxKeyLength || !keyPattern.test(key)) throw new RangeError(`"${key}" is no key name`);
    if (value.includes("\0")) throw new RangeError(`the value of ${key} contains a NUL`);
    text += `${key}=${value}\0`;
  }
  return encoder.encode(text);
}
