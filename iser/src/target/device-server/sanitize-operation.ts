import type { Clock } from "kit/clock";
import type { BlockDevice, BlockError } from "#block";
import { AdditionalSense, plainSense, type SenseData, SenseKey } from "#scsi";

/** What a sanitize operation does to every block. */
export type SanitizeMethod =
  /** Deallocate, and read as zeroes. */
  | { readonly kind: "block-erase" }
  /** Write `pattern` over and over, `passes` times, every second time inverted if `invert`. */
  | { readonly kind: "overwrite"; readonly pattern: Uint8Array; readonly passes: number; readonly invert: boolean };

/** How fast a sanitize operation may go, so that it leaves time for other logical units. */
export interface SanitizePace {
  readonly bytesPerSecond: number;
  readonly clock: Clock;
}

/** Bytes at a time: small enough for others to come in between on a device that takes its time. */
const chunkBytes = 1024 * 1024;

/**
 * A sanitize operation (SBC-4, 4.11) on its way. It belongs to the logical unit, not to the command that began it: neither abort nor reset stops it.
 */
export class SanitizeOperation {
  readonly #device: BlockDevice;
  readonly #method: SanitizeMethod;
  readonly #pace: SanitizePace | undefined;
  readonly #done: (error: BlockError | undefined) => void;
  readonly #chunk: Uint8Array;
  readonly #total: number;
  #position = 0;
  #pass = 0;
  #looping = false;
  #ready = false;
  #stopped: (() => void) | undefined;

  /** `done` is called once, when all blocks are sanitized and durable, or with what went wrong. */
  constructor(device: BlockDevice, method: SanitizeMethod, pace: SanitizePace | undefined, done: (error: BlockError | undefined) => void) {
    this.#device = device;
    this.#method = method;
    this.#pace = pace;
    this.#done = done;
    const passes = method.kind === "overwrite" ? method.passes : 1;
    this.#total = device.geometry.size * passes;
    this.#chunk = new Uint8Array(method.kind === "overwrite" ? Math.min(chunkBytes, device.geometry.size) : 0);
    this.#fillChunk();
  }

  /** NOT READY, SANITIZE IN PROGRESS, and how far it is. */
  get sense(): SenseData {
    const done = this.#pass * this.#device.geometry.size + this.#position;
    const progress = this.#total === 0 ? 0 : Math.min(0xffff, Math.floor((done / this.#total) * 0x10000));
    return { ...plainSense(SenseKey.notReady, AdditionalSense.notReadySanitizeInProgress), specific: { kind: "progress", progress } };
  }

  start(): void {
    this.#goOn();
  }

  /** Gives up for good, without calling `done` of the constructor; `stopped` when the device is not used any more. */
  stop(stopped: () => void): void {
    this.#stopped = stopped;
  }

  /** One loop however synchronous the device is. */
  #goOn(): void {
    this.#ready = true;
    if (this.#looping) return;
    this.#looping = true;
    while (this.#ready) {
      this.#ready = false;
      this.#step();
    }
    this.#looping = false;
  }

  #step(): void {
    if (this.#stopped !== undefined) {
      this.#stopped();
      return;
    }
    const { size } = this.#device.geometry;
    if (this.#position >= size) {
      this.#position = 0;
      this.#pass++;
      if (this.#method.kind === "block-erase" || this.#pass >= this.#method.passes) {
        this.#device.flush((error) => (this.#stopped ?? this.#done)(error));
        return;
      }
      this.#fillChunk();
    }
    const length = Math.min(chunkBytes, size - this.#position);
    const offset = this.#position;
    if (this.#method.kind === "block-erase") {
      this.#device.writeZeroes(offset, length, { mayUnmap: true, fast: false, fua: false }, (error) => this.#onDone(error, length));
    } else {
      this.#device.writeFrom(offset, this.#chunk.subarray(0, length), false, (error) => this.#onDone(error, length));
    }
  }

  #onDone(error: BlockError | undefined, length: number): void {
    if (error !== undefined) {
      (this.#stopped ?? this.#done)(error);
      return;
    }
    this.#position += length;
    if (this.#pace === undefined) this.#goOn();
    else this.#pace.clock.after((length / this.#pace.bytesPerSecond) * 1000, () => this.#goOn(), { background: true });
  }

  /** Each block starts with the pattern; it is a block long or repeats within it. */
  #fillChunk(): void {
    if (this.#method.kind !== "overwrite") return;
    const { pattern, invert } = this.#method;
    const { blockSize } = this.#device.geometry;
    const flip = invert && this.#pass % 2 === 1 ? 0xff : 0;
    for (let at = 0; at < this.#chunk.length; at++) this.#chunk[at] = pattern[(at % blockSize) % pattern.length]! ^ flip;
  }
}
