import { readUint16, readUint32, readUint64, writeUint16, writeUint32, writeUint64 } from "../big-endian.ts";

/**
 * What nearly all block commands say in their descriptor block: where, how many blocks, and a byte of flags. A slot: decoders fill it and return
 * nothing, so that it can serve every command of a connection.
 *
 * A 64-bit LBA of 2^53 or more loses its low bits here; it still is far past the end of every medium.
 */
export class LbaCommand {
  lba = 0;
  blocks = 0;
  /** Byte 1 as it is on the wire (0 for the 6-byte forms): see {@link TransferFlag}, {@link VerifyFlag}, {@link WriteSameFlag}, {@link immediateFlag}. */
  flags = 0;
  groupNumber = 0;
}

/** Byte 1 of READ, WRITE, ORWRITE, WRITE ATOMIC and COMPARE AND WRITE. */
export const TransferFlag = { disablePageOut: 0x10, forceUnitAccess: 0x08 } as const;

/** Byte 1 of VERIFY and WRITE AND VERIFY. BYTCHK is two bits: 00 none, 01 each block with its own data, 11 every block with one block of data. */
export const VerifyFlag = { disablePageOut: 0x10, byteCheck: 0x02, byteCheckOneBlock: 0x06 } as const;

/** BYTCHK of a VERIFY or WRITE AND VERIFY: 0…3. */
export function byteCheckOf(flags: number): number {
  return (flags >> 1) & 3;
}

/** RDPROTECT, WRPROTECT, VRPROTECT or ORPROTECT: 0…7, 0 for a medium without protection information. */
export function protectOf(flags: number): number {
  return flags >> 5;
}

/** Byte 1 of WRITE SAME. `noDataOut` (NDOB) exists in the 16-byte form only. */
export const WriteSameFlag = { anchor: 0x10, unmap: 0x08, noDataOut: 0x01 } as const;

/** IMMED, byte 1 of SYNCHRONIZE CACHE and PRE-FETCH: status is wanted before the work is done. */
export const immediateFlag = 0x02;

/** Writes the 6-byte form. 256 blocks travel as 0. Returns the length of the descriptor block; the bytes after it are zeroed. */
export function encodeLba6(cdb: Uint8Array, opcode: number, lba: number, blocks: number): number {
  if (!(lba <= 0x1fffff && blocks >= 1 && blocks <= 256)) throw unfit(6, lba, blocks);
  cdb[0] = opcode;
  cdb[1] = lba >> 16;
  writeUint16(cdb, 2, lba & 0xffff);
  cdb[4] = blocks;
  return finish(cdb, 5, 0, 6);
}

/** Writes the 10-byte form: LBA below 2^32, up to 65535 blocks. Returns the length of the descriptor block; the bytes after it are zeroed. */
export function encodeLba10(cdb: Uint8Array, opcode: number, flags: number, lba: number, blocks: number, groupNumber: number): number {
  if (!(lba <= 0xffffffff && blocks <= 0xffff)) throw unfit(10, lba, blocks);
  cdb[0] = opcode;
  cdb[1] = flags;
  writeUint32(cdb, 2, lba);
  cdb[6] = groupNumber;
  writeUint16(cdb, 7, blocks);
  return finish(cdb, 9, 0, 10);
}

/** Writes the 12-byte form: LBA below 2^32, up to 2^32 - 1 blocks. Returns the length of the descriptor block; the bytes after it are zeroed. */
export function encodeLba12(cdb: Uint8Array, opcode: number, flags: number, lba: number, blocks: number, groupNumber: number): number {
  if (!(lba <= 0xffffffff && blocks <= 0xffffffff)) throw unfit(12, lba, blocks);
  cdb[0] = opcode;
  cdb[1] = flags;
  writeUint32(cdb, 2, lba);
  writeUint32(cdb, 6, blocks);
  return finish(cdb, 10, groupNumber, 12);
}

/** Writes the 16-byte form: LBA below 2^53, up to 2^32 - 1 blocks. Returns the length of the descriptor block; the bytes after it are zeroed. */
export function encodeLba16(cdb: Uint8Array, opcode: number, flags: number, lba: number, blocks: number, groupNumber: number): number {
  if (!(lba <= Number.MAX_SAFE_INTEGER && blocks <= 0xffffffff)) throw unfit(16, lba, blocks);
  cdb[0] = opcode;
  cdb[1] = flags;
  writeUint64(cdb, 2, lba);
  writeUint32(cdb, 10, blocks);
  return finish(cdb, 14, groupNumber, 16);
}

/** Reads the 6-byte form, in which 0 blocks stand for 256. `cdb` holds at least 6 bytes. */
export function decodeLba6(cdb: Uint8Array, into: LbaCommand): void {
  into.lba = ((cdb[1]! & 0x1f) << 16) | readUint16(cdb, 2);
  into.blocks = cdb[4]! === 0 ? 256 : cdb[4]!;
  into.flags = 0;
  into.groupNumber = 0;
}

/** Reads the 10-byte form. `cdb` holds at least 10 bytes. */
export function decodeLba10(cdb: Uint8Array, into: LbaCommand): void {
  into.lba = readUint32(cdb, 2);
  into.blocks = readUint16(cdb, 7);
  into.flags = cdb[1]!;
  into.groupNumber = cdb[6]! & 0x3f;
}

/** Reads the 12-byte form. `cdb` holds at least 12 bytes. */
export function decodeLba12(cdb: Uint8Array, into: LbaCommand): void {
  into.lba = readUint32(cdb, 2);
  into.blocks = readUint32(cdb, 6);
  into.flags = cdb[1]!;
  into.groupNumber = cdb[10]! & 0x3f;
}

/** Reads the 16-byte form. `cdb` holds at least 16 bytes. */
export function decodeLba16(cdb: Uint8Array, into: LbaCommand): void {
  into.lba = readUint64(cdb, 2);
  into.blocks = readUint32(cdb, 10);
  into.flags = cdb[1]!;
  into.groupNumber = cdb[14]! & 0x3f;
}

/** The last field before CONTROL, then zeroes: a slot's descriptor block may have held a longer command before. */
function finish(cdb: Uint8Array, at: number, value: number, length: number): number {
  cdb[at] = value;
  for (let i = at + 1; i < cdb.length; i++) cdb[i] = 0;
  return length;
}

function unfit(form: number, lba: number, blocks: number): RangeError {
  return new RangeError(`${blocks} blocks at LBA ${lba} do not fit a ${form}-byte CDB`);
}
