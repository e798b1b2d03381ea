import { Opcode } from "../opcode.ts";
import { decodeLba12, encodeLba12, type LbaCommand } from "./lba-command.ts";

/** WRITE (12), SBC-4; flags: TransferFlag. Writes the descriptor block and returns its length. */
export function encodeWrite12(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba12(cdb, Opcode.write12, flags, lba, blocks, groupNumber);
}

export function decodeWrite12(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba12(cdb, into);
}
