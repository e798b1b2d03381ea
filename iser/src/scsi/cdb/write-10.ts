import { Opcode } from "../opcode.ts";
import { decodeLba10, encodeLba10, type LbaCommand } from "./lba-command.ts";

/** WRITE (10), SBC-4; flags: TransferFlag. Writes the descriptor block and returns its length. */
export function encodeWrite10(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba10(cdb, Opcode.write10, flags, lba, blocks, groupNumber);
}

export function decodeWrite10(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba10(cdb, into);
}
