/** A mebibyte of zeroes that everybody sends and nobody writes: zeroing as data needs a source, and one is enough. */
export const sharedZeroes: Uint8Array = new Uint8Array(1024 * 1024);
