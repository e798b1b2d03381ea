import type { ExtentList } from "./extent-list.ts";

/** The finest grain of the map, and the most grains it keeps: four mebibytes of memory for a device of any size. */
const minGrain = 65536;
const maxGrains = 4 * 1024 * 1024;

/**
 * Where a device that began as one hole has been written since. What was never written is certainly a hole and reads as zeroes; of the rest
 * nothing is known.
 */
export class WrittenMap {
  readonly #grain: number;
  /** A byte for each grain: 1 when something was written into it. */
  readonly #written: Uint8Array;

  constructor(size: number) {
    let grain = minGrain;
    while (size / grain > maxGrains) grain *= 2;
    this.#grain = grain;
    this.#written = new Uint8Array(Math.ceil(size / grain));
  }

  note(offset: number, length: number): void {
    if (length > 0) this.#written.fill(1, Math.floor(offset / this.#grain), Math.ceil((offset + length) / this.#grain));
  }

  isWritten(offset: number): boolean {
    return this.#written[Math.floor(offset / this.#grain)] === 1;
  }

  /** Bytes from `offset` on that are alike, written or not; at most `length`. */
  runLength(offset: number, length: number): number {
    const first = Math.floor(offset / this.#grain);
    const other = this.#written.indexOf(this.#written[first] === 1 ? 0 : 1, first);
    return other === -1 ? length : Math.min(length, other * this.#grain - offset);
  }

  describe(offset: number, length: number, extents: ExtentList): void {
    for (let at = 0; at < length; ) {
      const run = this.runLength(offset + at, length - at);
      const hole = !this.isWritten(offset + at);
      extents.add(run, hole, hole);
      at += run;
    }
  }
}
