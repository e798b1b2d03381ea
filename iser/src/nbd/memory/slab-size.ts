const KiB = 1024;

/** The smallest slab, in bytes, without its headroom. */
const smallestBytes = 256 * KiB;
/** The size classes are powers of two from the smallest slab; the largest takes the largest request. */
export const sizeClasses = 8;
/** On top of the power of two, so that a request of that length fits together with its header, and 64 of 4 KiB with theirs. */
const headroomBytes = 2 * KiB;

/** The capacity of the smallest slab: what each connection is granted twice, whatever the others hold. */
export const standardSlabBytes = smallestBytes + headroomBytes;
/** The longest run of bytes that fits into a slab. */
export const largestSlabBytes = smallestBytes * 2 ** (sizeClasses - 1) + headroomBytes;

/** The capacity of the smallest slab that holds `bytes`. */
export function capacityFor(bytes: number): number {
  return capacityOf(sizeClassOf(bytes));
}

/** Throws RangeError when no slab is that large. */
export function sizeClassOf(bytes: number): number {
  let sizeClass = 0;
  while (capacityOf(sizeClass) < bytes) sizeClass++;
  if (sizeClass >= sizeClasses) throw new RangeError(`no slab holds ${bytes} bytes; the largest holds ${largestSlabBytes}`);
  return sizeClass;
}

export function capacityOf(sizeClass: number): number {
  return smallestBytes * 2 ** sizeClass + headroomBytes;
}
