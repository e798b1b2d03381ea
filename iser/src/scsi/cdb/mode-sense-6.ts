import { Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** PC, page control: which values of the mode pages are wanted. */
export const PageControl = { current: 0, changeable: 1, default: 2, saved: 3 } as const;

/** MODE SENSE (6), SPC-4. */
export interface ModeSense6 {
  /** DBD: no block descriptors, please. */
  readonly disableBlockDescriptors: boolean;
  /** One of {@link PageControl}. */
  readonly pageControl: number;
  /** 0…3fh; 3fh is all pages. */
  readonly page: number;
  /** 0…ffh; ffh is all subpages. */
  readonly subpage: number;
  readonly allocationLength: number;
}

/** Writes the descriptor block and returns its length. */
export function encodeModeSense6(cdb: Uint8Array, sense: ModeSense6): number {
  const length = blankCdb(cdb, Opcode.modeSense6, 6);
  cdb[1] = sense.disableBlockDescriptors ? 8 : 0;
  cdb[2] = (sense.pageControl << 6) | (sense.page & 0x3f);
  cdb[3] = sense.subpage;
  cdb[4] = sense.allocationLength;
  return length;
}

export function decodeModeSense6(cdb: Uint8Array): ModeSense6 {
  return {
    disableBlockDescriptors: (cdb[1]! & 8) !== 0,
    pageControl: cdb[2]! >> 6,
    page: cdb[2]! & 0x3f,
    subpage: cdb[3]!,
    allocationLength: cdb[4]!,
  };
}
