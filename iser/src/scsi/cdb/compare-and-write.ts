import { readUint64, writeUint64 } from "../big-endian.ts";
import { Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";
import type { LbaCommand } from "./lba-command.ts";

/**
 * COMPARE AND WRITE, SBC-4: up to 255 blocks to compare, then as many to write, in one data-out buffer; flags: TransferFlag. Writes the descriptor
 * block and returns its length.
 */
export function encodeCompareAndWrite(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  if (!(blocks <= 0xff)) throw new RangeError(`COMPARE AND WRITE takes up to 255 blocks, not ${blocks}`);
  const length = blankCdb(cdb, Opcode.compareAndWrite, 16);
  cdb[1] = flags;
  writeUint64(cdb, 2, lba);
  cdb[13] = blocks;
  cdb[14] = groupNumber;
  return length;
}

export function decodeCompareAndWrite(cdb: Uint8Array, into: LbaCommand): void {
  into.lba = readUint64(cdb, 2);
  into.blocks = cdb[13]!;
  into.flags = cdb[1]!;
  into.groupNumber = cdb[14]! & 0x3f;
}
