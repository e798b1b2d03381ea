import { readUint16, readUint32, readUint64, writeUint16, writeUint32, writeUint64 } from "../big-endian.ts";
import { Opcode, ServiceActionIn16 } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** READ CAPACITY (16), SBC-4. */
export interface ReadCapacity16 {
  readonly allocationLength: number;
}

/** Writes the descriptor block and returns its length. */
export function encodeReadCapacity16(cdb: Uint8Array, { allocationLength }: ReadCapacity16): number {
  const length = blankCdb(cdb, Opcode.serviceActionIn16, 16);
  cdb[1] = ServiceActionIn16.readCapacity16;
  writeUint32(cdb, 10, allocationLength);
  return length;
}

export function decodeReadCapacity16(cdb: Uint8Array): ReadCapacity16 {
  return { allocationLength: readUint32(cdb, 10) };
}

/** READ CAPACITY (16) parameter data, 32 bytes. */
export interface Capacity16 {
  /** RETURNED LOGICAL BLOCK ADDRESS: the last one. */
  readonly lastLba: number;
  readonly blockSize: number;
  /** PROT_EN: blocks carry protection information. */
  readonly protection: boolean;
  /** P_TYPE: 0…7, meaningful with `protection`. */
  readonly protectionType: number;
  /** P_I_EXPONENT: 0…15. */
  readonly protectionIntervalExponent: number;
  /** 2^n logical blocks make a physical one: 0…15. */
  readonly physicalBlockExponent: number;
  /** LBPME: the unit is thin or resource provisioned and has unmapped blocks. */
  readonly provisioningManaged: boolean;
  /** LBPRZ: unmapped blocks read as zeroes. */
  readonly unmappedReadZeroes: boolean;
  /** LOWEST ALIGNED LOGICAL BLOCK ADDRESS: 0…16383, where physical blocks start. */
  readonly lowestAlignedLba: number;
}

export const capacity16Length = 32;

export function buildCapacity16(capacity: Capacity16): Uint8Array {
  const data = new Uint8Array(capacity16Length);
  writeUint64(data, 0, capacity.lastLba);
  writeUint32(data, 8, capacity.blockSize);
  data[12] = ((capacity.protectionType & 7) << 1) | (capacity.protection ? 1 : 0);
  data[13] = ((capacity.protectionIntervalExponent & 15) << 4) | (capacity.physicalBlockExponent & 15);
  const provisioning = (capacity.provisioningManaged ? 0x8000 : 0) | (capacity.unmappedReadZeroes ? 0x4000 : 0);
  writeUint16(data, 14, provisioning | (capacity.lowestAlignedLba & 0x3fff));
  return data;
}

/** Tolerates an SBC-2 target's 12 bytes: what did not arrive is zero. `undefined` without those 12. */
export function parseCapacity16(data: Uint8Array): Capacity16 | undefined {
  if (data.length < 12) return undefined;
  const protection = data[12] ?? 0;
  const exponents = data[13] ?? 0;
  const provisioning = data.length < 16 ? 0 : readUint16(data, 14);
  return {
    lastLba: readUint64(data, 0),
    blockSize: readUint32(data, 8),
    protection: (protection & 1) !== 0,
    protectionType: (protection >> 1) & 7,
    protectionIntervalExponent: exponents >> 4,
    physicalBlockExponent: exponents & 15,
    provisioningManaged: (provisioning & 0x8000) !== 0,
    unmappedReadZeroes: (provisioning & 0x4000) !== 0,
    lowestAlignedLba: provisioning & 0x3fff,
  };
}
