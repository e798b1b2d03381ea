import { readUint16, writeUint16 } from "../big-endian.ts";
import { Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";
import type { ModeSense6 } from "./mode-sense-6.ts";

/** MODE SENSE (10), SPC-4: as the 6-byte form, with a 16-bit allocation length. */
export interface ModeSense10 extends ModeSense6 {
  /** LLBAA: block descriptors with 64-bit addresses are welcome. */
  readonly longLba: boolean;
}

/** Writes the descriptor block and returns its length. */
export function encodeModeSense10(cdb: Uint8Array, sense: ModeSense10): number {
  const length = blankCdb(cdb, Opcode.modeSense10, 10);
  cdb[1] = (sense.longLba ? 0x10 : 0) | (sense.disableBlockDescriptors ? 8 : 0);
  cdb[2] = (sense.pageControl << 6) | (sense.page & 0x3f);
  cdb[3] = sense.subpage;
  writeUint16(cdb, 7, sense.allocationLength);
  return length;
}

export function decodeModeSense10(cdb: Uint8Array): ModeSense10 {
  return {
    longLba: (cdb[1]! & 0x10) !== 0,
    disableBlockDescriptors: (cdb[1]! & 8) !== 0,
    pageControl: cdb[2]! >> 6,
    page: cdb[2]! & 0x3f,
    subpage: cdb[3]!,
    allocationLength: readUint16(cdb, 7),
  };
}
