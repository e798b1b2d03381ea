/**
 * Big-endian fields of command descriptor blocks and parameter data, read and written in place: a descriptor block is a plain Uint8Array that lies
 * inside a PDU, and a DataView for each would be garbage for each command.
 *
 * Reads past the end give 0 in the missing bytes' place rather than an error: whoever parses checks lengths first, and what a short answer lacks is
 * "not reported" in SCSI.
 */
const twoTo32 = 0x1_0000_0000;

export function readUint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}

export function readUint32(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>> 0;
}

/** From 2^53 on the low bits are lost; the number is of that size still, which is past the end of every medium. */
export function readUint64(bytes: Uint8Array, offset: number): number {
  return readUint32(bytes, offset) * twoTo32 + readUint32(bytes, offset + 4);
}

export function writeUint16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

export function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/** `value` is a safe integer, not negative. */
export function writeUint64(bytes: Uint8Array, offset: number, value: number): void {
  writeUint32(bytes, offset, Math.floor(value / twoTo32));
  writeUint32(bytes, offset + 4, value >>> 0);
}
