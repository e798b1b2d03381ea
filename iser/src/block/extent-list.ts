import type { BlockExtent } from "./block-device.ts";

/** Collects extents in order and joins neighbours that say the same. */
export class ExtentList {
  readonly #extents: BlockExtent[] = [];
  /** Bytes covered so far. */
  length = 0;

  add(length: number, hole: boolean, zero: boolean): void {
    if (length <= 0) return;
    this.length += length;
    const last = this.#extents.at(-1);
    if (last !== undefined && last.hole === hole && last.zero === zero) {
      this.#extents[this.#extents.length - 1] = { length: last.length + length, hole, zero };
    } else {
      this.#extents.push({ length, hole, zero });
    }
  }

  get count(): number {
    return this.#extents.length;
  }

  take(): readonly BlockExtent[] {
    return this.#extents;
  }
}
