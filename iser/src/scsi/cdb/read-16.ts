import { Opcode } from "../opcode.ts";
import { decodeLba16, encodeLba16, type LbaCommand } from "./lba-command.ts";

/** READ (16), SBC-4; flags: TransferFlag. Writes the descriptor block and returns its length. */
export function encodeRead16(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba16(cdb, Opcode.read16, flags, lba, blocks, groupNumber);
}

export function decodeRead16(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba16(cdb, into);
}
