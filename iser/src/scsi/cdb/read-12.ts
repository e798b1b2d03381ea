import { Opcode } from "../opcode.ts";
import { decodeLba12, encodeLba12, type LbaCommand } from "./lba-command.ts";

/** READ (12), SBC-4; flags: TransferFlag. Writes the descriptor block and returns its length. */
export function encodeRead12(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba12(cdb, Opcode.read12, flags, lba, blocks, groupNumber);
}

export function decodeRead12(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba12(cdb, into);
}
