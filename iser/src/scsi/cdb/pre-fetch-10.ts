import { Opcode } from "../opcode.ts";
import { decodeLba10, encodeLba10, type LbaCommand } from "./lba-command.ts";

/** PRE-FETCH (10), SBC-4; 0 blocks: to the end; flags: immediateFlag. Writes the descriptor block and returns its length. */
export function encodePreFetch10(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba10(cdb, Opcode.preFetch10, flags, lba, blocks, groupNumber);
}

export function decodePreFetch10(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba10(cdb, into);
}
