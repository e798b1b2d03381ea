import type { Clock, Duration, SeededRandom } from "kit/clock";
import {
  type BlockDevice,
  type BlockDone,
  type BlockError,
  type BlockExtent,
  type BlockFeatures,
  type BlockGeometry,
  rangeError,
} from "#block";

/** What is behind a disk's cache: it stays when the power does not. */
export class Platters {
  readonly blockSize: number;
  readonly bytes: Uint8Array;

  constructor(blocks: number, blockSize: number) {
    this.blockSize = blockSize;
    this.bytes = new Uint8Array(blocks * blockSize);
  }
}

/**
 * A disk with a volatile write cache, for as long as the power is on: writes are in the cache, `flush` and FUA bring them to the platters, and now and then one gets there by itself. When
 * the power goes, each block that was only in the cache is lost or not, as chance has it. Commands take their time, and some long.
 */
export class CachedDisk implements BlockDevice {
  readonly geometry: BlockGeometry;
  readonly features: BlockFeatures = {
    readOnly: false,
    writeCache: true,
    fua: true,
    unmap: false,
    writeZeroes: true,
    unmapZeroes: false,
    blockStatus: false,
    unmapGranularity: 0,
    unmapAlignment: 0,
    rotational: true,
  };
  readonly #platters: Platters;
  readonly #cache: Uint8Array;
  readonly #dirty = new Set<number>();
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #delay: () => Duration;
  #on = true;

  /** `delay` says how long the next command takes. */
  constructor(platters: Platters, clock: Clock, random: SeededRandom, delay: () => Duration) {
    const { blockSize, bytes } = platters;
    this.geometry = { blockSize, size: bytes.length, physicalBlockSize: blockSize, optimalTransfer: 0 };
    this.#platters = platters;
    this.#cache = bytes.slice();
    this.#clock = clock;
    this.#random = random;
    this.#delay = delay;
  }

  /** Commands under way never end. Returns how many blocks were lost with the cache. */
  powerOff(): number {
    this.#on = false;
    let lost = 0;
    for (const block of this.#dirty) {
      if (this.#random.fraction() < 0.5) this.#settle(block);
      else lost++;
    }
    return lost;
  }

  readInto(offset: number, destination: Uint8Array, done: BlockDone): void {
    this.#later(this.#refusal(offset, destination.length), done, () =>
      destination.set(this.#cache.subarray(offset, offset + destination.length)),
    );
  }

  writeFrom(offset: number, source: Uint8Array, fua: boolean, done: BlockDone): void {
    this.#later(this.#refusal(offset, source.length), done, () => {
      this.#cache.set(source, offset);
      this.#written(offset, source.length, fua);
    });
  }

  flush(done: BlockDone): void {
    this.#later(undefined, done, () => this.settleAll());
  }

  /** Brings everything to the platters. */
  protected settleAll(): void {
    for (const block of [...this.#dirty]) this.#settle(block);
  }

  writeZeroes(offset: number, length: number, { fua }: { readonly fua: boolean }, done: BlockDone): void {
    this.#later(this.#refusal(offset, length), done, () => {
      this.#cache.fill(0, offset, offset + length);
      this.#written(offset, length, fua);
    });
  }

  unmap(_offset: number, _length: number, done: BlockDone): void {
    done(undefined);
  }

  blockStatus(_offset: number, length: number, done: (error: BlockError | undefined, extents: readonly BlockExtent[]) => void): void {
    done(undefined, [{ length, hole: false, zero: false }]);
  }

  onGeometryChange(): () => void {
    return () => {};
  }

  close(done: BlockDone): void {
    done(undefined);
  }

  #refusal(offset: number, length: number): BlockError | undefined {
    return rangeError(this.geometry, offset, length);
  }

  #later(refusal: BlockError | undefined, done: BlockDone, execute: () => void): void {
    if (refusal !== undefined) {
      done(refusal);
      return;
    }
    this.#clock.after(
      this.#delay(),
      () => {
        if (!this.#on) return;
        execute();
        done(undefined);
      },
      { background: true },
    );
  }

  #written(offset: number, length: number, fua: boolean): void {
    const { blockSize } = this.#platters;
    for (let block = offset / blockSize; block < (offset + length) / blockSize; block++) {
      this.#dirty.add(block);
      if (fua) this.#settle(block);
    }
    if (this.#random.fraction() >= 0.2) return;
    const [oldest] = this.#dirty;
    if (oldest !== undefined) this.#settle(oldest);
  }

  #settle(block: number): void {
    const { blockSize, bytes } = this.#platters;
    const at = block * blockSize;
    bytes.set(this.#cache.subarray(at, at + blockSize), at);
    this.#dirty.delete(block);
  }
}
