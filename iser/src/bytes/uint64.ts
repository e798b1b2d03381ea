/**
 * Sixty-four-bit fields as safe Numbers: two 32-bit halves, so that no BigInt is made on the way. Device sizes and offsets stay
 * below 2^53 by far; a field that does not is refused rather than rounded.
 */

const twoTo32 = 0x1_0000_0000;

/** The largest upper half of a safe integer. */
const maxUpperHalf = 0x1f_ffff;

/** A 64-bit field holds a number that JavaScript cannot count to. */
export class Uint64RangeError extends RangeError {
  override readonly name = "Uint64RangeError";
}

/** Reads big-endian; throws Uint64RangeError above 2^53 - 1. */
export function readUint64(view: DataView, offset: number): number {
  const upper = view.getUint32(offset);
  if (upper > maxUpperHalf) {
    throw new Uint64RangeError(`64-bit field 0x${view.getBigUint64(offset).toString(16)} is beyond 2^53 - 1`);
  }
  return upper * twoTo32 + view.getUint32(offset + 4);
}

/** As `readUint64`, but -1 above 2^53 - 1: for input that is judged rather than trusted. */
export function tryReadUint64(view: DataView, offset: number): number {
  const upper = view.getUint32(offset);
  return upper > maxUpperHalf ? -1 : upper * twoTo32 + view.getUint32(offset + 4);
}

/** Writes big-endian. `value` is a safe integer, not negative: anything else is a bug of the caller. */
export function writeUint64(view: DataView, offset: number, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new Uint64RangeError(`${value} does not fit a 64-bit field as a safe integer`);
  view.setUint32(offset, Math.floor(value / twoTo32));
  view.setUint32(offset + 4, value % twoTo32);
}
