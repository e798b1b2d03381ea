import { readUint16, readUint64, writeUint16, writeUint64 } from "../big-endian.ts";
import { Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";
import { LbaCommand } from "./lba-command.ts";

/** WRITE ATOMIC (16) as decoded: `boundary` is the ATOMIC BOUNDARY in blocks, 0 when all of it is one atomic write. */
export class WriteAtomicCommand extends LbaCommand {
  boundary = 0;
}

/** WRITE ATOMIC (16), SBC-4; up to 65535 blocks; flags: TransferFlag. Writes the descriptor block and returns its length. */
export function encodeWriteAtomic16(cdb: Uint8Array, lba: number, blocks: number, boundary = 0, flags = 0, groupNumber = 0): number {
  if (!(blocks <= 0xffff && boundary <= 0xffff)) throw new RangeError(`WRITE ATOMIC (16) takes up to 65535 blocks, not ${blocks}`);
  const length = blankCdb(cdb, Opcode.writeAtomic16, 16);
  cdb[1] = flags;
  writeUint64(cdb, 2, lba);
  writeUint16(cdb, 10, boundary);
  writeUint16(cdb, 12, blocks);
  cdb[14] = groupNumber;
  return length;
}

export function decodeWriteAtomic16(cdb: Uint8Array, into: WriteAtomicCommand): void {
  into.lba = readUint64(cdb, 2);
  into.blocks = readUint16(cdb, 12);
  into.boundary = readUint16(cdb, 10);
  into.flags = cdb[1]!;
  into.groupNumber = cdb[14]! & 0x3f;
}
