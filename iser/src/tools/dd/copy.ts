import { UserError } from "kit/cli";
import { sharedZeroes } from "#block";
import { fastestCrc32c } from "#bytes";
import type { Sink, Source } from "./ends.ts";
import { Turns } from "./turns.ts";

/** What to copy. All in bytes. */
export interface CopyPlan {
  /** The length of one transfer. */
  readonly blockSize: number;
  /** Where reading begins. */
  readonly skip: number;
  /** Where writing begins. */
  readonly seek: number;
  /** How much; undefined: to the end. */
  readonly length: number | undefined;
  /** Transfers under way at a time. */
  readonly depth: number;
  /** Do not send blocks of zeroes where the destination knows a shorter way. */
  readonly sparse: boolean;
  /** Remember what was copied, for `verify`. */
  readonly remember: boolean;
}

/** Copies from a source to a sink, several transfers at a time, and knows how far it is. */
export class Copy {
  readonly #source: Source;
  readonly #sink: Sink;
  readonly #plan: CopyPlan;
  readonly #readTurns = new Turns();
  readonly #writeTurns = new Turns();
  readonly #checksums: number[] = [];
  #nextBlock = 0;
  #stopped = false;
  #copied = 0;
  #zeroes = 0;

  constructor(source: Source, sink: Sink, plan: CopyPlan) {
    this.#source = source;
    this.#sink = sink;
    this.#plan = plan;
  }

  /** Bytes that have arrived. */
  get copied(): number {
    return this.#copied;
  }

  /** How many of them were zeroes that were not sent. */
  get zeroes(): number {
    return this.#zeroes;
  }

  /** How much there is to copy, where that is known. */
  get total(): number | undefined {
    const { size } = this.#source;
    const { skip, length } = this.#plan;
    const there = size === undefined ? undefined : Math.max(0, size - skip);
    return there === undefined || length === undefined ? (there ?? length) : Math.min(there, length);
  }

  /** Refuses, before anything is written, what cannot fit. */
  checkRoom(): void {
    const { capacity, name } = this.#sink;
    const { total } = this;
    const { seek } = this.#plan;
    if (capacity === undefined || total === undefined || seek + total <= capacity) return;
    throw new UserError(
      `${total} bytes do not fit into ${name}: it has ${capacity} bytes${seek === 0 ? "" : `, ${Math.max(0, capacity - seek)} from there on`}`,
      {
        nextStep: "copy less with --count, or to a larger disk",
      },
    );
  }

  /** Copies to the end, or until `signal` fires; what was begun is finished first. `onProgress` is called after every transfer. */
  async run(onProgress: () => void, signal: AbortSignal): Promise<void> {
    const stop = (): void => {
      this.#stopped = true;
    };
    signal.addEventListener("abort", stop, { once: true });
    try {
      await this.#all(() => this.#transferBlocks(onProgress, signal));
    } finally {
      signal.removeEventListener("abort", stop);
    }
    signal.throwIfAborted();
    this.#checkWhole();
  }

  /** A source that said how much it has, and had less, is no copy: something was taken from its end. */
  #checkWhole(): void {
    const { name, size } = this.#source;
    if (size === undefined || this.total === undefined || this.#copied >= this.total) return;
    throw new UserError(`${name} had ${size} bytes, and ended after ${this.#plan.skip + this.#copied}`, {
      nextStep: "something made it smaller while it was read: the copy is not whole",
    });
  }

  /** Reads back what was written and compares it with what was read before. */
  async verify(onProgress: (verified: number) => void, signal: AbortSignal): Promise<void> {
    const { blockSize, seek } = this.#plan;
    let next = 0;
    let verified = 0;
    await this.#all(async () => {
      const buffer = new Uint8Array(blockSize);
      while (next < this.#checksums.length) {
        signal.throwIfAborted();
        const block = next++;
        const view = buffer.subarray(0, Math.min(blockSize, this.#copied - block * blockSize));
        const position = seek + block * blockSize;
        const there = (await this.#sink.readBack?.(position, view)) ?? 0;
        if (there !== view.length || checksum(view) !== this.#checksums[block]) {
          throw new UserError(`${this.#sink.name} does not hold what was written to it, in the ${view.length} bytes at ${position}`, {
            nextStep: "the data is damaged; look at the disk and at the way to it before you trust either",
          });
        }
        verified += view.length;
        onProgress(verified);
      }
    });
  }

  // ---------------------------------------------------------------------------------------------------------- one transfer

  /** Runs `depth` workers to their ends; the first error is the outcome, after all have ended. */
  async #all(work: () => Promise<void>): Promise<void> {
    const workers = Array.from({ length: this.#plan.depth }, async () => {
      try {
        await work();
      } catch (error) {
        this.#stopped = true;
        this.#readTurns.abandon();
        this.#writeTurns.abandon();
        throw error;
      }
    });
    const outcomes = await Promise.allSettled(workers);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  async #transferBlocks(onProgress: () => void, signal: AbortSignal): Promise<void> {
    const { blockSize, length } = this.#plan;
    const buffer = new Uint8Array(blockSize);
    while (!this.#stopped && !signal.aborted) {
      const block = this.#nextBlock++;
      const at = block * blockSize;
      const wanted = length === undefined ? blockSize : Math.min(blockSize, length - at);
      if (wanted <= 0) return;
      const data = buffer.subarray(0, await this.#read(block, buffer.subarray(0, wanted)));
      if (data.length < wanted) this.#stopped = true; // the end of the source
      if (data.length > 0 && this.#plan.remember) this.#checksums[block] = checksum(data);
      await this.#write(block, data);
      this.#copied += data.length;
      onProgress();
    }
  }

  async #read(block: number, destination: Uint8Array): Promise<number> {
    const position = this.#plan.skip + block * this.#plan.blockSize;
    if (!this.#source.inOrder) return this.#source.read(position, destination);
    if (!(await this.#readTurns.enter(block))) return 0;
    try {
      return await this.#source.read(position, destination);
    } finally {
      this.#readTurns.leave();
    }
  }

  async #write(block: number, data: Uint8Array): Promise<void> {
    const position = this.#plan.seek + block * this.#plan.blockSize;
    if (!this.#sink.inOrder) {
      await this.#put(position, data);
      return;
    }
    if (!(await this.#writeTurns.enter(block))) return;
    try {
      await this.#put(position, data);
    } finally {
      this.#writeTurns.leave();
    }
  }

  async #put(position: number, data: Uint8Array): Promise<void> {
    if (data.length === 0) return;
    if (this.#plan.sparse && this.#sink.skipZeroes !== undefined && isZero(data)) {
      await this.#sink.skipZeroes(position, data.length);
      this.#zeroes += data.length;
    } else {
      await this.#sink.write(position, data);
    }
  }
}

function checksum(data: Uint8Array): number {
  return fastestCrc32c().update(0, data, 0, data.length);
}

function isZero(data: Uint8Array): boolean {
  for (let at = 0; at < data.length; at += sharedZeroes.length) {
    const part = data.subarray(at, at + sharedZeroes.length);
    if (Buffer.compare(part, sharedZeroes.subarray(0, part.length)) !== 0) return false;
  }
  return true;
}
