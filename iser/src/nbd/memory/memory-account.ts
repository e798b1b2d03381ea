import type { Slab } from "./slab.ts";
import type { SlabPool, WaitingForRoom } from "./slab-pool.ts";
import { capacityFor, standardSlabBytes } from "./slab-size.ts";

/**
 * One connection's memory. It is granted
 *  - two standard slabs always (one to receive into, one to reply from), so that every connection gets on, however greedy the others are;
 *  - up to its limit while the common limit allows;
 *  - one larger slab even beyond its limit, so that the longest request can be served.
 */
export class MemoryAccount implements WaitingForRoom {
  readonly #pool: SlabPool;
  readonly #limitBytes: number;
  readonly #onRoom: () => void;
  #usedBytes = 0;
  #standardSlabs = 0;
  #largerSlabs = 0;
  #closed = false;

  /** `limitBytes` is this connection's own; `pool` has the common one. */
  constructor(pool: SlabPool, limitBytes: number, onRoom: () => void) {
    this.#pool = pool;
    this.#limitBytes = limitBytes;
    this.#onRoom = onRoom;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /**
   * A slab of at least `bytes` with one use, or undefined. Memory of this connection coming back is reason to ask again; when the common limit
   * was in the way, `onRoom` is called as well.
   */
  take(bytes: number): Slab | undefined {
    const capacity = capacityFor(bytes);
    if (capacity === standardSlabBytes && this.#standardSlabs < 2) return this.#out(bytes);
    const mayExceed = capacity > standardSlabBytes && this.#largerSlabs === 0;
    if (this.#usedBytes + capacity > this.#limitBytes && !mayExceed) return undefined;
    if (this.#pool.hasRoomFor(capacity)) return this.#out(bytes);
    if (!this.#closed) this.#pool.wait(this);
    return undefined;
  }

  /** A slab even beyond all limits: for bytes that are here already and have nowhere else to go. */
  takeRegardless(bytes: number): Slab {
    return this.#out(bytes);
  }

  /** One use of `slab` is over. */
  release(slab: Slab): void {
    slab.uses--;
    if (slab.uses > 0) return;
    this.#count(slab, -1);
    this.#pool.giveBack(slab);
  }

  /** The pool says: memory came back. */
  tellOfRoom(): void {
    if (!this.#closed) this.#onRoom();
  }

  /** No more waiting; slabs that are out still come back by `release`. */
  close(): void {
    this.#closed = true;
    this.#pool.stopWaiting(this);
  }

  #out(bytes: number): Slab {
    const slab = this.#pool.takeSlab(bytes);
    slab.uses = 1;
    this.#count(slab, 1);
    return slab;
  }

  #count(slab: Slab, change: 1 | -1): void {
    this.#usedBytes += change * slab.capacity;
    if (slab.capacity === standardSlabBytes) this.#standardSlabs += change;
    else this.#largerSlabs += change;
  }
}
