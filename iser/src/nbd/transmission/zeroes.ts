/** Longest run that is compared at once. */
const zeroes = Buffer.alloc(64 * 1024);

/**
 * Whether all `length` bytes (a multiple of 4, not 0) at `at` are zero. Costs next to nothing where they are not: data is rarely zero at its beginning, middle and end.
 */
export function isZero(memory: Buffer, view: DataView, at: number, length: number): boolean {
  const last = at + length - 4;
  if (view.getUint32(at) !== 0 || view.getUint32(last) !== 0 || view.getUint32(at + ((length >>> 1) & ~3)) !== 0) return false;
  for (let from = at; from < at + length; from += zeroes.length) {
    const count = Math.min(zeroes.length, at + length - from);
    if (memory.compare(zeroes, 0, count, from, from + count) !== 0) return false;
  }
  return true;
}
