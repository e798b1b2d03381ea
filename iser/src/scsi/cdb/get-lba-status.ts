import { readUint32, readUint64, writeUint32, writeUint64 } from "../big-endian.ts";
import { Opcode, ServiceActionIn16 } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** GET LBA STATUS, SBC-4. */
export interface GetLbaStatus {
  readonly startingLba: number;
  readonly allocationLength: number;
}

/** Writes the descriptor block and returns its length. */
export function encodeGetLbaStatus(cdb: Uint8Array, startingLba: number, allocationLength: number): number {
  const length = blankCdb(cdb, Opcode.serviceActionIn16, 16);
  cdb[1] = ServiceActionIn16.getLbaStatus;
  writeUint64(cdb, 2, startingLba);
  writeUint32(cdb, 10, allocationLength);
  return length;
}

export function decodeGetLbaStatus(cdb: Uint8Array): GetLbaStatus {
  return { startingLba: readUint64(cdb, 2), allocationLength: readUint32(cdb, 10) };
}

/** PROVISIONING STATUS of a run of blocks. */
export const ProvisioningStatus = { mapped: 0, deallocated: 1, anchored: 2 } as const;

/** LBA status descriptor. */
export interface LbaStatus {
  readonly lba: number;
  readonly blocks: number;
  /** One of {@link ProvisioningStatus}; another value is one this package does not know. */
  readonly status: number;
}

const headerLength = 8;
const descriptorLength = 16;

/** Bytes of the answer that holds `count` descriptors. */
export function lbaStatusListLength(count: number): number {
  return headerLength + count * descriptorLength;
}

export function buildLbaStatusList(statuses: readonly LbaStatus[]): Uint8Array {
  const data = new Uint8Array(lbaStatusListLength(statuses.length));
  writeUint32(data, 0, data.length - 4);
  for (const [index, { lba, blocks, status }] of statuses.entries()) {
    const at = lbaStatusListLength(index);
    writeUint64(data, at, lba);
    writeUint32(data, at + 8, blocks);
    data[at + 12] = status & 15;
  }
  return data;
}

/** The descriptors that arrived whole. */
export function parseLbaStatusList(data: Uint8Array): readonly LbaStatus[] {
  if (data.length < headerLength) return [];
  const end = Math.min(data.length, 4 + readUint32(data, 0));
  const statuses: LbaStatus[] = [];
  for (let at = headerLength; at + descriptorLength <= end; at += descriptorLength) {
    statuses.push({ lba: readUint64(data, at), blocks: readUint32(data, at + 8), status: data[at + 12]! & 15 });
  }
  return statuses;
}
