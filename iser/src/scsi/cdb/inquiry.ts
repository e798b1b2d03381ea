import { readUint16, writeUint16 } from "../big-endian.ts";
import { Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** INQUIRY, SPC-4. */
export interface Inquiry {
  /** EVPD: the vital product data page `page` is wanted, else standard INQUIRY data. */
  readonly vitalProductData: boolean;
  /** PAGE CODE; must be 0 without EVPD. */
  readonly page: number;
  readonly allocationLength: number;
}

/** Writes the descriptor block and returns its length. */
export function encodeInquiry(cdb: Uint8Array, { vitalProductData, page, allocationLength }: Inquiry): number {
  const length = blankCdb(cdb, Opcode.inquiry, 6);
  cdb[1] = vitalProductData ? 1 : 0;
  cdb[2] = page;
  writeUint16(cdb, 3, allocationLength);
  return length;
}

export function decodeInquiry(cdb: Uint8Array): Inquiry {
  return { vitalProductData: (cdb[1]! & 1) !== 0, page: cdb[2]!, allocationLength: readUint16(cdb, 3) };
}
