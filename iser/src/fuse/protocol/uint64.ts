/** Sixty-four-bit fields of the kernel's interface: in the byte order of the machine, which is little-endian wherever Node runs today. */

const twoTo32 = 0x1_0000_0000;
const maxUpperHalf = 0x1f_ffff;

/** A field that is judged rather than trusted: -1 above 2^53 - 1. */
export function tryReadUint64(view: DataView, at: number): number {
  const upper = view.getUint32(at + 4, true);
  return upper > maxUpperHalf ? -1 : upper * twoTo32 + view.getUint32(at, true);
}

/** `value` is a safe integer, not negative. */
export function writeUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % twoTo32, true);
  view.setUint32(at + 4, Math.floor(value / twoTo32), true);
}
