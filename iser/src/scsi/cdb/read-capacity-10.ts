import { readUint32, writeUint32 } from "../big-endian.ts";
import { Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** READ CAPACITY (10), SBC-4, in its only sensible form: PMI and LBA are obsolete and zero. Writes the descriptor block and returns its length. */
export function encodeReadCapacity10(cdb: Uint8Array): number {
  return blankCdb(cdb, Opcode.readCapacity10, 10);
}

/** READ CAPACITY (10) parameter data, 8 bytes. */
export interface Capacity10 {
  /** RETURNED LOGICAL BLOCK ADDRESS: the last one, or 0xffffffff when it needs READ CAPACITY (16). */
  readonly lastLba: number;
  readonly blockSize: number;
}

export const capacity10Length = 8;

export function buildCapacity10({ lastLba, blockSize }: Capacity10): Uint8Array {
  const data = new Uint8Array(capacity10Length);
  writeUint32(data, 0, Math.min(lastLba, 0xffffffff));
  writeUint32(data, 4, blockSize);
  return data;
}

/** `undefined` when less than 8 bytes arrived: there is no capacity without all of them. */
export function parseCapacity10(data: Uint8Array): Capacity10 | undefined {
  if (data.length < capacity10Length) return undefined;
  return { lastLba: readUint32(data, 0), blockSize: readUint32(data, 4) };
}
