import { Opcode } from "../opcode.ts";
import { decodeLba10, encodeLba10, type LbaCommand } from "./lba-command.ts";

/** READ (10), SBC-4; flags: TransferFlag. Writes the descriptor block and returns its length. */
export function encodeRead10(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba10(cdb, Opcode.read10, flags, lba, blocks, groupNumber);
}

export function decodeRead10(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba10(cdb, into);
}
