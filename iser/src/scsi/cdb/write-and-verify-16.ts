import { Opcode } from "../opcode.ts";
import { decodeLba16, encodeLba16, type LbaCommand } from "./lba-command.ts";

/** WRITE AND VERIFY (16), SBC-4; flags: VerifyFlag. Writes the descriptor block and returns its length. */
export function encodeWriteAndVerify16(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba16(cdb, Opcode.writeAndVerify16, flags, lba, blocks, groupNumber);
}

export function decodeWriteAndVerify16(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba16(cdb, into);
}
