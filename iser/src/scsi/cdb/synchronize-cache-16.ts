import { Opcode } from "../opcode.ts";
import { decodeLba16, encodeLba16, type LbaCommand } from "./lba-command.ts";

/** SYNCHRONIZE CACHE (16), SBC-4; 0 blocks: to the end; flags: immediateFlag. Writes the descriptor block and returns its length. */
export function encodeSynchronizeCache16(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba16(cdb, Opcode.synchronizeCache16, flags, lba, blocks, groupNumber);
}

export function decodeSynchronizeCache16(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba16(cdb, into);
}
