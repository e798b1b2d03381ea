/** The longest run that is compared at once. */
const zeroes = Buffer.alloc(64 * 1024);

/** Whether all of `bytes` (not empty) are zero. Costs next to nothing where they are not: data are rarely zero at their beginning, middle and end. */
export function isZero(bytes: Uint8Array): boolean {
  const { length } = bytes;
  if (bytes[0] !== 0 || bytes[length - 1] !== 0 || bytes[length >>> 1] !== 0) return false;
  for (let from = 0; from < length; from += zeroes.length) {
    const count = Math.min(zeroes.length, length - from);
    if (zeroes.compare(bytes, from, from + count, 0, count) !== 0) return false;
  }
  return true;
}
