import type { MemoryAccount } from "./memory-account.ts";
import type { Slab } from "./slab.ts";
import { largestSlabBytes, standardSlabBytes } from "./slab-size.ts";

/**
 * What arrived and is not understood yet, as one run of bytes in a slab. Requests are decoded where they lie, and the data of a write
 * is lent to the device from here: it is copied at most when it came in a chunk that is not ours, or did not fit behind what was before it.
 *
 *     | lent to writes under way | start … unread … end | free |
 */
export class ReceiveBuffer {
  readonly #account: MemoryAccount;
  #slab: Slab | undefined = undefined;
  #start = 0;
  #end = 0;
  /** Where the shell puts the next bytes: its use of the slab, which need not be the one that is filled any more. */
  #placing: Slab | undefined = undefined;
  #placingAt = 0;

  constructor(account: MemoryAccount) {
    this.#account = account;
  }

  /** Bytes not consumed yet. */
  get available(): number {
    return this.#end - this.#start;
  }

  /** Where the next unread byte is in `memory` and `view`, which are there while something is available. */
  get start(): number {
    return this.#start;
  }

  get memory(): Buffer {
    return this.#present.memory;
  }

  get view(): DataView {
    return this.#present.view;
  }

  /** Copies what fits of `chunk` from `from` on, and says how much that was: 0 when memory is short. */
  append(chunk: Uint8Array, from: number): number {
    const rest = chunk.length - from;
    if (this.#room() === 0 && !this.#renew(Math.max(standardSlabBytes, Math.min(this.available + rest, largestSlabBytes)))) return 0;
    const count = Math.min(rest, this.#room());
    this.memory.set(count === chunk.length ? chunk : chunk.subarray(from, from + count), this.#end);
    this.#end += count;
    return count;
  }

  /** Copies the rest of `chunk`, with memory beyond the limits if need be; false when it is more than any request can need. */
  appendRegardless(chunk: Uint8Array, from: number): boolean {
    const needed = this.available + chunk.length - from;
    if (needed > largestSlabBytes) return false;
    if (this.#room() < chunk.length - from) this.#moveTo(this.#account.takeRegardless(needed));
    this.append(chunk, from);
    return true;
  }

  /** Sees to it that `bytes` from `start` on can lie in one run; false when memory is short. */
  reserve(bytes: number): boolean {
    if (this.#slab !== undefined && this.#start + bytes <= this.#slab.capacity) return true;
    return this.#renew(bytes);
  }

  /**
   * Memory for the next bytes of the stream, lent until `placed` or `unplace`: all that is free behind what is there, at least `bytes` of it. A large slab
   * takes exactly `bytes`, so that it holds no more than the one request it is for. undefined when memory is short.
   */
  place(bytes: number): Buffer | undefined {
    this.unplace();
    if (this.#room() < bytes && !this.#renew(Math.max(standardSlabBytes, this.available + bytes))) return undefined;
    const slab = this.#present;
    slab.uses++;
    this.#placing = slab;
    this.#placingAt = this.#end;
    return slab.run(this.#end, slab.capacity > standardSlabBytes ? this.#end + bytes : slab.capacity);
  }

  /** `count` bytes came where `place` said. */
  placed(count: number): void {
    const slab = this.#placing;
    if (slab === undefined) throw new RangeError("no memory was lent to place bytes in");
    // What was there before may have moved meanwhile.
    if (slab === this.#slab && this.#placingAt === this.#end) this.#end += count;
    else this.appendRegardless(slab.memory.subarray(this.#placingAt, this.#placingAt + count), 0);
    this.unplace();
  }

  /** Nothing will be placed. */
  unplace(): void {
    if (this.#placing === undefined) return;
    this.#account.release(this.#placing);
    this.#placing = undefined;
  }

  /** `count` bytes from `start` on are understood, or thrown away. */
  consume(count: number): void {
    this.#start += count;
    if (this.#start === this.#end) this.#letIdle();
  }

  /** The same, but they are data that somebody works on: their slab has one more use until `giveBack`. */
  lend(count: number): Slab {
    const slab = this.#present;
    slab.uses++;
    this.consume(count);
    return slab;
  }

  /** Data that were lent are no longer looked at. */
  giveBack(slab: Slab): void {
    this.#account.release(slab);
    this.#letIdle();
  }

  /** Moves what is unread out of a large slab, which may be the very memory that the next request waits for. */
  shrink(): void {
    if (this.#slab !== undefined && this.#slab.capacity > standardSlabBytes && this.available <= standardSlabBytes)
      this.#renew(standardSlabBytes);
  }

  /** Forgets what is unread. Lent data stays where it is. */
  clear(): void {
    this.unplace();
    this.#start = this.#end;
    if (this.#slab !== undefined) this.#account.release(this.#slab);
    this.#slab = undefined;
  }

  /** Nothing unread and nothing lent: an idle connection holds no memory, and a busy one gets the same slab back, still in the processor's cache. */
  #letIdle(): void {
    if (this.#slab === undefined || this.#slab.uses > 1 || this.available > 0) return;
    this.#account.release(this.#slab);
    this.#slab = undefined;
  }

  get #present(): Slab {
    if (this.#slab === undefined) throw new RangeError("nothing was received");
    return this.#slab;
  }

  #room(): number {
    return this.#slab === undefined ? 0 : this.#slab.capacity - this.#end;
  }

  #renew(bytes: number): boolean {
    const slab = this.#account.take(bytes);
    if (slab === undefined) return false;
    this.#moveTo(slab);
    return true;
  }

  #moveTo(slab: Slab): void {
    const unread = this.available;
    if (this.#slab !== undefined) {
      this.#slab.memory.copy(slab.memory, 0, this.#start, this.#end);
      this.#account.release(this.#slab);
    }
    this.#slab = slab;
    this.#start = 0;
    this.#end = unread;
  }
}
