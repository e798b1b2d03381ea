import { Opcode } from "../opcode.ts";
import { decodeLba10, encodeLba10, type LbaCommand } from "./lba-command.ts";

/** SYNCHRONIZE CACHE (10), SBC-4; 0 blocks: to the end; flags: immediateFlag. Writes the descriptor block and returns its length. */
export function encodeSynchronizeCache10(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba10(cdb, Opcode.synchronizeCache10, flags, lba, blocks, groupNumber);
}

export function decodeSynchronizeCache10(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba10(cdb, into);
}
