import { readUint16, readUint32, readUint64, writeUint16, writeUint32, writeUint64 } from "../big-endian.ts";
import { blankVpdPage, paddedBody, VpdPage, vpdPageBody } from "./vpd-page.ts";

/** Block Limits, B0h (SBC-4). Everything in logical blocks; 0 means "not reported", which for limits is "no limit said". */
export interface BlockLimits {
  /** WSNZ: WRITE SAME of 0 blocks does not mean "to the end". */
  readonly writeSameNonZero: boolean;
  readonly maxCompareAndWrite: number;
  readonly optimalTransferGranularity: number;
  readonly maxTransfer: number;
  readonly optimalTransfer: number;
  readonly maxPrefetch: number;
  /** 0: no UNMAP; 0xffffffff: no limit. */
  readonly maxUnmapBlocks: number;
  /** 0: no UNMAP; 0xffffffff: no limit. */
  readonly maxUnmapDescriptors: number;
  readonly unmapGranularity: number;
  /** UNMAP GRANULARITY ALIGNMENT, or `undefined` when UGAVALID is not set. */
  readonly unmapAlignment: number | undefined;
  /** Values of 2^53 and more come as some number of that size. */
  readonly maxWriteSame: number;
  readonly maxAtomicTransfer: number;
  readonly atomicAlignment: number;
  readonly atomicGranularity: number;
  readonly maxAtomicTransferWithBoundary: number;
  readonly maxAtomicBoundary: number;
}

const bodyLength = 0x3c;

export function buildBlockLimits(limits: BlockLimits, deviceType = 0): Uint8Array {
  const data = blankVpdPage(VpdPage.blockLimits, bodyLength, deviceType);
  data[4] = limits.writeSameNonZero ? 1 : 0;
  data[5] = limits.maxCompareAndWrite;
  writeUint16(data, 6, limits.optimalTransferGranularity);
  writeUint32(data, 8, limits.maxTransfer);
  writeUint32(data, 12, limits.optimalTransfer);
  writeUint32(data, 16, limits.maxPrefetch);
  writeUint32(data, 20, limits.maxUnmapBlocks);
  writeUint32(data, 24, limits.maxUnmapDescriptors);
  writeUint32(data, 28, limits.unmapGranularity);
  if (limits.unmapAlignment !== undefined) writeUint32(data, 32, (0x80000000 | limits.unmapAlignment) >>> 0);
  writeUint64(data, 36, limits.maxWriteSame);
  writeUint32(data, 44, limits.maxAtomicTransfer);
  writeUint32(data, 48, limits.atomicAlignment);
  writeUint32(data, 52, limits.atomicGranularity);
  writeUint32(data, 56, limits.maxAtomicTransferWithBoundary);
  writeUint32(data, 60, limits.maxAtomicBoundary);
  return data;
}

/** An SBC-2 page is 12 bytes: what it lacks reads as zero. `undefined` when `data` is another page. */
export function parseBlockLimits(data: Uint8Array): BlockLimits | undefined {
  const arrived = vpdPageBody(data, VpdPage.blockLimits);
  if (arrived === undefined) return undefined;
  const body = paddedBody(arrived, bodyLength);
  const alignment = readUint32(body, 28);
  return {
    writeSameNonZero: (body[0]! & 1) !== 0,
    maxCompareAndWrite: body[1]!,
    optimalTransferGranularity: readUint16(body, 2),
    maxTransfer: readUint32(body, 4),
    optimalTransfer: readUint32(body, 8),
    maxPrefetch: readUint32(body, 12),
    maxUnmapBlocks: readUint32(body, 16),
    maxUnmapDescriptors: readUint32(body, 20),
    unmapGranularity: readUint32(body, 24),
    unmapAlignment: alignment >= 0x80000000 ? alignment - 0x80000000 : undefined,
    maxWriteSame: readUint64(body, 32),
    maxAtomicTransfer: readUint32(body, 40),
    atomicAlignment: readUint32(body, 44),
    atomicGranularity: readUint32(body, 48),
    maxAtomicTransferWithBoundary: readUint32(body, 52),
    maxAtomicBoundary: readUint32(body, 56),
  };
}
