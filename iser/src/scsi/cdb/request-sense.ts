import { Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** REQUEST SENSE, SPC-4. */
export interface RequestSense {
  /** DESC: descriptor format is wanted, else fixed. */
  readonly descriptorFormat: boolean;
  readonly allocationLength: number;
}

/** Writes the descriptor block and returns its length. */
export function encodeRequestSense(cdb: Uint8Array, { descriptorFormat, allocationLength }: RequestSense): number {
  const length = blankCdb(cdb, Opcode.requestSense, 6);
  cdb[1] = descriptorFormat ? 1 : 0;
  cdb[4] = allocationLength;
  return length;
}

export function decodeRequestSense(cdb: Uint8Array): RequestSense {
  return { descriptorFormat: (cdb[1]! & 1) !== 0, allocationLength: cdb[4]! };
}
