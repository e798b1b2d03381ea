import { Opcode } from "../opcode.ts";
import { decodeLba12, encodeLba12, type LbaCommand } from "./lba-command.ts";

/** WRITE AND VERIFY (12), SBC-4; flags: VerifyFlag. Writes the descriptor block and returns its length. */
export function encodeWriteAndVerify12(cdb: Uint8Array, lba: number, blocks: number, flags = 0, groupNumber = 0): number {
  return encodeLba12(cdb, Opcode.writeAndVerify12, flags, lba, blocks, groupNumber);
}

export function decodeWriteAndVerify12(cdb: Uint8Array, into: LbaCommand): void {
  decodeLba12(cdb, into);
}
