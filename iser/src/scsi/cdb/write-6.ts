import { Opcode } from "../opcode.ts";
import { decodeLba6, encodeLba6, type LbaCommand } from "./lba-command.ts";

/** WRITE (6): 1 to 256 blocks (SBC-3; gone in SBC-4, still sent). Writes the descriptor block and returns its length. */
export function encodeWrite6(cdb: Uint8Array, lba: number, blocks: number): number {
  return encodeLba6(cdb, Opcode.write6, lba, blocks);
}

export function decodeWrite6(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba6(cdb, into);
}
