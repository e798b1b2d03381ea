/**
 * What a verifying load writes: contents that follow from where they are, so that any later run can tell whether a block is what was written, in the right place,
 * and whole.
 */

/** Fills `block` (a multiple of 8 bytes) with the pattern of the bytes from `offset`. */
export function fillPattern(block: Uint8Array, offset: number): void {
  const words = wordsOf(block);
  const high = Math.floor(offset / 2 ** 32);
  const low = offset >>> 0;
  for (let index = 0; index < words.length; index += 2) {
    words[index] = mix(low + index * 4, high);
    words[index + 1] = mix(high, low + index * 4);
  }
}

/** The position in `block` of the first byte that is not as `fillPattern` left it, to within four bytes; -1 when all is. */
export function findDamage(block: Uint8Array, offset: number): number {
  const words = wordsOf(block);
  const high = Math.floor(offset / 2 ** 32);
  const low = offset >>> 0;
  for (let index = 0; index < words.length; index += 2) {
    if (words[index] !== mix(low + index * 4, high)) return index * 4;
    if (words[index + 1] !== mix(high, low + index * 4)) return (index + 1) * 4;
  }
  return -1;
}

function mix(a: number, b: number): number {
  let word = Math.imul((a ^ 0x9e3779b9) | 0, 0x85ebca6b) ^ (b | 0);
  word = Math.imul(word ^ (word >>> 15), 0xc2b2ae35);
  return (word ^ (word >>> 13)) >>> 0;
}

function wordsOf(block: Uint8Array): Uint32Array {
  return new Uint32Array(block.buffer, block.byteOffset, block.length / 4);
}
