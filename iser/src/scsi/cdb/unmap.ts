import { readUint16, readUint32, readUint64, writeUint16, writeUint32, writeUint64 } from "../big-endian.ts";
import { Opcode } from "../opcode.ts";
import { blankCdb } from "./blank-cdb.ts";

/** UNMAP, SBC-4. */
export interface Unmap {
  /** ANCHOR: blocks keep a reservation of space. */
  readonly anchor: boolean;
  readonly parameterListLength: number;
}

/** Writes the descriptor block and returns its length. */
export function encodeUnmap(cdb: Uint8Array, anchor: boolean, parameterListLength: number): number {
  const length = blankCdb(cdb, Opcode.unmap, 10);
  cdb[1] = anchor ? 1 : 0;
  writeUint16(cdb, 7, parameterListLength);
  return length;
}

export function decodeUnmap(cdb: Uint8Array): Unmap {
  return { anchor: (cdb[1]! & 1) !== 0, parameterListLength: readUint16(cdb, 7) };
}

/** UNMAP block descriptor. */
export interface UnmapDescriptor {
  readonly lba: number;
  readonly blocks: number;
}

const headerLength = 8;
const descriptorLength = 16;

/** The most descriptors whose list the 16-bit PARAMETER LIST LENGTH can say. */
export const maxUnmapDescriptors = Math.floor((0xffff - headerLength) / descriptorLength);

/** Bytes of an UNMAP parameter list of `count` descriptors. */
export function unmapListLength(count: number): number {
  return headerLength + count * descriptorLength;
}

/** The 8 bytes in front of `count` descriptors. */
export function encodeUnmapHeader(list: Uint8Array, count: number): void {
  writeUint16(list, 0, unmapListLength(count) - 2);
  writeUint16(list, 2, count * descriptorLength);
  writeUint32(list, 4, 0);
}

/** Descriptor number `index`, from 0. */
export function encodeUnmapDescriptor(list: Uint8Array, index: number, lba: number, blocks: number): void {
  const at = unmapListLength(index);
  writeUint64(list, at, lba);
  writeUint32(list, at + 8, blocks);
  writeUint32(list, at + 12, 0);
}

/**
 * The descriptors of a parameter list; one that is cut off by either length is ignored, as SBC-4 wants. `undefined` when the header is cut off
 * (PARAMETER LIST LENGTH ERROR), unless there is no list at all, which asks for nothing.
 */
export function parseUnmapList(list: Uint8Array): readonly UnmapDescriptor[] | undefined {
  if (list.length === 0) return [];
  if (list.length < headerLength) return undefined;
  const end = Math.min(list.length, headerLength + readUint16(list, 2));
  const descriptors: UnmapDescriptor[] = [];
  for (let at = headerLength; at + descriptorLength <= end; at += descriptorLength) {
    descriptors.push({ lba: readUint64(list, at), blocks: readUint32(list, at + 8) });
  }
  return descriptors;
}
