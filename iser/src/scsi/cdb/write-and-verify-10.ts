import { Opcode } from "../opcode.ts";
import { decodeLba10, encodeLba10, type LbaCommand } from "./lba-command.ts";

/** WRITE AND VERIFY (10), SBC-4; flags: VerifyFlag. Writes the descriptor block and returns its length. */
export function encodeWriteAndVerify10(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba10(cdb, Opcode.writeAndVerify10, flags, lba, blocks, groupNumber);
}

export function decodeWriteAndVerify10(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba10(cdb, into);
}
