import type { BlockDevice } from "#block";
import type { BlockLimits } from "#scsi";

/** COMPARE AND WRITE counts its blocks in one byte. */
const maxCompareAndWriteBlocks = 255;

/** WRITE ATOMIC counts its blocks in two. */
const maxAtomicBlocks = 0xffff;

/** As many as WRITE SAME (10) can count: one command should come to an end. */
const maxWriteSameBlocks = 0xffff;

const maxUnmapDescriptors = 256;
const unlimited = 0xffffffff;

/** What one command may ask of a logical unit over `device`: told in VPD page B0h, and held to. */
export function blockLimits(device: BlockDevice, maxTransferBytes: number): BlockLimits {
  const { blockSize, physicalBlockSize, optimalTransfer } = device.geometry;
  const { unmap, unmapGranularity, unmapAlignment } = device.features;
  const blocks = (bytes: number) => Math.floor(bytes / blockSize);
  const maxTransfer = blocks(maxTransferBytes);
  return {
    writeSameNonZero: true,
    // Both halves of its data must fit one transfer.
    maxCompareAndWrite: Math.min(maxCompareAndWriteBlocks, Math.floor(maxTransfer / 2)),
    optimalTransferGranularity: Math.min(blocks(physicalBlockSize), 0xffff),
    maxTransfer,
    optimalTransfer: Math.min(blocks(optimalTransfer), maxTransfer),
    maxPrefetch: 0,
    maxUnmapBlocks: unmap ? unlimited : 0,
    maxUnmapDescriptors: unmap ? maxUnmapDescriptors : 0,
    unmapGranularity: unmap ? blocks(unmapGranularity) : 0,
    unmapAlignment: unmap ? blocks(unmapAlignment) : undefined,
    maxWriteSame: maxWriteSameBlocks,
    maxAtomicTransfer: Math.min(maxAtomicBlocks, maxTransfer),
    atomicAlignment: 0,
    atomicGranularity: 0,
    maxAtomicTransferWithBoundary: 0,
    maxAtomicBoundary: 0,
  };
}
