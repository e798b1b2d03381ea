/**
 * The Basic Header Segment: the 48 bytes every PDU begins with (RFC 7143, 11.2.1). What is common to all PDUs is here; the rest is
 * in one file per PDU, which hold offsets for whoever reads in place, and a reader and a writer of small values for everybody else.
 *
 *     byte  0        1          2, 3      4              5..7               8..15   16..19
 *           I|opcode F|flags    specific  TotalAHSLength DataSegmentLength  LUN     Initiator Task Tag
 *
 * Readers ignore reserved bits and writers clear them (RFC 7143, 11). Writers leave TotalAHSLength and DataSegmentLength zero: the datamover knows them.
 */

export const bhsLength = 48;

/** A task tag field that names no task (RFC 7143, 11.2.1.8 and 11.7.4). */
export const reservedTag = 0xffffffff;

/** The F bit of byte 1. */
export const finalBit = 0x80;
/** The C bit of byte 1 in Text and Login PDUs: the text goes on in the next PDU. */
export const continueBit = 0x40;

/** Offsets of the fields that most PDUs have. Requests carry CmdSN and ExpStatSN where responses carry StatSN and ExpCmdSN. */
export const BhsField = {
  opcode: 0,
  flags: 1,
  totalAhsLength: 4,
  dataSegmentLength: 5,
  lun: 8,
  initiatorTaskTag: 16,
  targetTransferTag: 20,
  cmdSn: 24,
  expStatSn: 28,
  statSn: 24,
  expCmdSn: 28,
  maxCmdSn: 32,
} as const;

/** The LUN field of a PDU that concerns no logical unit. */
export const noLun: Uint8Array = new Uint8Array(8);

/** Sequence numbers that every request carries. */
export interface RequestNumbers {
  readonly cmdSn: number;
  readonly expStatSn: number;
}

/** Sequence numbers that every response carries. */
export interface ResponseNumbers {
  readonly statSn: number;
  readonly expCmdSn: number;
  readonly maxCmdSn: number;
}

export function readUint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export function readUint24(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

export function writeUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function writeUint24(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 16;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value;
}

export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Bytes of data in the PDU whose header starts at `at`, without padding. */
export function getDataSegmentLength(bhs: Uint8Array, at = 0): number {
  return readUint24(bhs, at + BhsField.dataSegmentLength);
}

export function putDataSegmentLength(bhs: Uint8Array, length: number, at = 0): void {
  writeUint24(bhs, at + BhsField.dataSegmentLength, length);
}

/** Bytes of additional header segments; on the wire the field counts four-byte words. */
export function getAhsLength(bhs: Uint8Array, at = 0): number {
  return bhs[at + BhsField.totalAhsLength]! * 4;
}

/** `length` is a multiple of 4, at most 1020. */
export function putAhsLength(bhs: Uint8Array, length: number, at = 0): void {
  bhs[at + BhsField.totalAhsLength] = length >>> 2;
}

/** `length` with the padding that brings a segment to a multiple of four bytes (RFC 7143, 11.1). */
export function paddedLength(length: number): number {
  return (length + 3) & ~3;
}

export function getInitiatorTaskTag(bhs: Uint8Array, at = 0): number {
  return readUint32(bhs, at + BhsField.initiatorTaskTag);
}

/** Starts an empty header: everything zero but the opcode byte and the flags byte. */
export function beginHeader(bhs: Uint8Array, opcode: number, flags: number): void {
  bhs.fill(0, 0, bhsLength);
  bhs[BhsField.opcode] = opcode;
  bhs[BhsField.flags] = flags;
}

/** The LUN field, copied out. */
export function getLun(bhs: Uint8Array): Uint8Array {
  return bhs.slice(BhsField.lun, BhsField.lun + 8);
}

export function putLun(bhs: Uint8Array, lun: Uint8Array): void {
  bhs.set(lun, BhsField.lun);
}

export function putRequestNumbers(bhs: Uint8Array, numbers: RequestNumbers): void {
  writeUint32(bhs, BhsField.cmdSn, numbers.cmdSn);
  writeUint32(bhs, BhsField.expStatSn, numbers.expStatSn);
}

export function putResponseNumbers(bhs: Uint8Array, numbers: ResponseNumbers): void {
  writeUint32(bhs, BhsField.statSn, numbers.statSn);
  writeUint32(bhs, BhsField.expCmdSn, numbers.expCmdSn);
  writeUint32(bhs, BhsField.maxCmdSn, numbers.maxCmdSn);
}
