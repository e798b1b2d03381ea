import { Opcode } from "../opcode.ts";
import { decodeLba16, encodeLba16, type LbaCommand } from "./lba-command.ts";

/** ORWRITE (16), SBC-4: the medium becomes old OR data; flags: TransferFlag. Writes the descriptor block and returns its length. */
export function encodeOrWrite16(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba16(cdb, Opcode.orWrite16, flags, lba, blocks, groupNumber);
}

export function decodeOrWrite16(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba16(cdb, into);
}
