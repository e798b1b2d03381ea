import type { DiskDescription } from "./disk-description.ts";

/** What a 16-bit TRANSFER LENGTH can say: the limit where a disk tells none, which targets without a Block Limits page take. */
const unsaidLimit = 0xffff;
const longest = 0xffffffff;

/** How much one command may have, in blocks. Every limit is at least 1. */
export interface DiskLimits {
  readonly maxTransfer: number;
  readonly maxWriteSame: number;
  readonly maxUnmap: number;
  /** Only whole granules are unmapped: runs of this many blocks, one of which begins at `unmapAlignment`. */
  readonly unmapGranularity: number;
  readonly unmapAlignment: number;
}

export function diskLimits({ limits }: DiskDescription): DiskLimits {
  const unmapGranularity = Math.max(1, limits?.unmapGranularity ?? 1);
  return {
    maxTransfer: limits?.maxTransfer || unsaidLimit,
    maxWriteSame: wholeGranules(Math.min(limits?.maxWriteSame || unsaidLimit, longest), unmapGranularity),
    maxUnmap: wholeGranules(limits?.maxUnmapBlocks || unsaidLimit, unmapGranularity),
    unmapGranularity,
    unmapAlignment: (limits?.unmapAlignment ?? 0) % unmapGranularity,
  };
}

/** A limit that cuts no granule, when it is not smaller than one. */
function wholeGranules(blocks: number, granularity: number): number {
  return blocks < granularity ? blocks : blocks - (blocks % granularity);
}

/** The first block of a granule, at or after `lba`. */
export function granuleAtOrAfter({ unmapGranularity, unmapAlignment }: DiskLimits, lba: number): number {
  return lba + ((((unmapAlignment - lba) % unmapGranularity) + unmapGranularity) % unmapGranularity);
}

/** The first block of the granule that `lba` is in. */
export function granuleOf({ unmapGranularity, unmapAlignment }: DiskLimits, lba: number): number {
  return lba - ((((lba - unmapAlignment) % unmapGranularity) + unmapGranularity) % unmapGranularity);
}
