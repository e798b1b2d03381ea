import { Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** TEST UNIT READY, SPC-4: nothing but the question. Writes the descriptor block and returns its length. */
export function encodeTestUnitReady(cdb: Uint8Array): number {
  return blankCdb(cdb, Opcode.testUnitReady, 6);
}
