import { BlockError, type BlockGeometry } from "./block-device.ts";

/** Why [offset, offset + length) is no range of a device, or `undefined` when it is one. Every device asks this first, of every command. */
export function rangeError(geometry: BlockGeometry, offset: number, length: number): BlockError | undefined {
  const mask = geometry.blockSize - 1;
  // Bit operations see the low 32 bits, which is where a power of two's remainder is; they make an integer of a fraction, hence isSafeInteger.
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(length) && ((offset | length) & mask) === 0 && offset >= 0 && length >= 0) {
    if (offset + length <= geometry.size) return undefined;
    return new BlockError("ENOSPC", `${length} bytes at ${offset} go past the end of the device, which has ${geometry.size} bytes`);
  }
  return new BlockError(
    "EINVAL",
    `${length} bytes at ${offset}: offset and length must be multiples of the ${geometry.blockSize}-byte block`,
  );
}

/** A block size that any device here can have: a power of two from 512 bytes to 64 KiB. */
export function isBlockSize(size: number): boolean {
  return Number.isInteger(size) && size >= 512 && size <= 65536 && (size & (size - 1)) === 0;
}

/** A size that a device with these blocks can have: a multiple of them, at least one, and below 2^53. */
export function isDeviceSize(size: number, blockSize: number): boolean {
  return Number.isSafeInteger(size) && size > 0 && size % blockSize === 0;
}
