import { Opcode } from "../opcode.ts";
import { decodeLba10, encodeLba10, type LbaCommand } from "./lba-command.ts";

/** WRITE SAME (10), SBC-4: one block of data, repeated; 0 blocks: to the end, unless WSNZ; flags: WriteSameFlag. Writes the descriptor block and returns its length. */
export function encodeWriteSame10(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba10(cdb, Opcode.writeSame10, flags, lba, blocks, groupNumber);
}

export function decodeWriteSame10(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba10(cdb, into);
}
