import type { BlockFeatures, BlockGeometry } from "#block";
import { writeUint64 } from "./uint64.ts";

/** struct fuse_statfs_out. */
export const statisticsBytes = 80;

const largestBlock = 1024 * 1024;

/** Writes what statfs(2) shows. A loop device without an answer discards nothing, and discards in multiples of the block size it is told. */
export function writeStatistics(view: DataView, at: number, geometry: BlockGeometry, features: BlockFeatures): void {
  for (let word = 0; word < statisticsBytes; word += 4) view.setUint32(at + word, 0);
  const block = discardBlock(geometry, features);
  writeUint64(view, at, Math.floor(geometry.size / block));
  writeUint64(view, at + 24, 1); // files
  view.setUint32(at + 40, block, true);
  view.setUint32(at + 44, 255, true); // namelen
  view.setUint32(at + 48, block, true);
}

function discardBlock({ blockSize }: BlockGeometry, { unmapGranularity }: BlockFeatures): number {
  const usable = unmapGranularity > blockSize && unmapGranularity <= largestBlock && (unmapGranularity & (unmapGranularity - 1)) === 0;
  return usable ? unmapGranularity : blockSize;
}
