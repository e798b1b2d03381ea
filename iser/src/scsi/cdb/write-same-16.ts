import { Opcode } from "../opcode.ts";
import { decodeLba16, encodeLba16, type LbaCommand } from "./lba-command.ts";

/** WRITE SAME (16), SBC-4: one block of data or none (NDOB: zeroes), repeated; 0 blocks: to the end, unless WSNZ; flags: WriteSameFlag. Writes the descriptor block and returns its length. */
export function encodeWriteSame16(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba16(cdb, Opcode.writeSame16, flags, lba, blocks, groupNumber);
}

export function decodeWriteSame16(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba16(cdb, into);
}
