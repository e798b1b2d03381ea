import type { Random } from "./random.ts";

/**
 * Chance that a seed repeats: for tests and the simulator, never for secrets. Marsaglia's xorshift on 128 bits of state, which
 * a multiply-and-mix sequence fills from the seed so that neighbouring seeds have nothing in common.
 */
export class SeededRandom implements Random {
  /** What to print when a test fails. */
  readonly seed: number;
  #x: number;
  #y: number;
  #z: number;
  #w: number;

  /** `seed` is taken as 32 bits. */
  constructor(seed: number) {
    this.seed = seed >>> 0;
    let state = this.seed;
    const next = (): number => {
      state = (state + 0x9e3779b9) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      return (mixed ^ (mixed >>> 16)) >>> 0;
    };
    this.#x = next();
    this.#y = next();
    this.#z = next();
    this.#w = next() | 1; // all-zero state would stay zero for ever
  }

  bytes(length: number): Uint8Array {
    const out = new Uint8Array(length);
    let position = 0;
    while (position < length) {
      let word = this.#next();
      for (let count = 0; count < 4 && position < length; count++) {
        out[position++] = word & 0xff;
        word >>>= 8;
      }
    }
    return out;
  }

  fraction(): number {
    return this.#next() / 2 ** 32;
  }

  /** A whole number in [0, bound); `bound` up to 2^53. */
  below(bound: number): number {
    if (bound <= 2 ** 32) return Math.floor((this.#next() / 2 ** 32) * bound);
    const high = this.#next() & 0x1fffff;
    return Math.floor(((high * 2 ** 32 + this.#next()) / 2 ** 53) * bound);
  }

  #next(): number {
    let t = this.#x ^ (this.#x << 11);
    t ^= t >>> 8;
    this.#x = this.#y;
    this.#y = this.#z;
    this.#z = this.#w;
    this.#w = (this.#w ^ (this.#w >>> 19) ^ t) >>> 0;
    return this.#w;
  }
}
