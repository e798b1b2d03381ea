import type { MemoryAccount } from "./memory-account.ts";
import type { Slab } from "./slab.ts";
import { standardSlabBytes } from "./slab-size.ts";

/** Where a reply lies: `end - start` bytes of `slab`. */
export interface ReplyPlace {
  slab: Slab | undefined;
  start: number;
  end: number;
}

/**
 * Gives out places for replies, one behind the other, in the order in which requests are begun. Those that also end in that
 * order leave as one piece.
 */
export class ReplyMemory {
  readonly #account: MemoryAccount;
  /** The slab that is being filled; this is one of its uses. */
  #slab: Slab | undefined = undefined;
  #next = 0;

  constructor(account: MemoryAccount) {
    this.#account = account;
  }

  /** Sets `place` to `bytes` bytes; false when memory is short. */
  reserve(place: ReplyPlace, bytes: number): boolean {
    if (this.#slab === undefined || this.#next + bytes > this.#slab.capacity) {
      // What takes more than half a slab gets its own, of its size, rather than leave half of one empty.
      if (bytes > standardSlabBytes / 2) return this.#reserveAlone(place, bytes);
      const slab = this.#account.take(standardSlabBytes);
      if (slab === undefined) return false;
      if (this.#slab !== undefined) this.#account.release(this.#slab);
      this.#slab = slab;
      this.#next = 0;
    }
    this.#slab.uses++;
    place.slab = this.#slab;
    place.start = this.#next;
    place.end = this.#next += bytes;
    return true;
  }

  /** The reply is sent, or will not be. */
  release(place: ReplyPlace): void {
    if (place.slab === undefined) return;
    this.#account.release(place.slab);
    place.slab = undefined;
    // The one use left is ours: an idle connection holds nothing, and a busy one begins again at the start of a slab that is in the cache.
    if (this.#slab?.uses === 1) {
      this.#account.release(this.#slab);
      this.#slab = undefined;
    }
  }

  #reserveAlone(place: ReplyPlace, bytes: number): boolean {
    const slab = this.#account.take(bytes);
    if (slab === undefined) return false;
    place.slab = slab;
    place.start = 0;
    place.end = bytes;
    return true;
  }
}
