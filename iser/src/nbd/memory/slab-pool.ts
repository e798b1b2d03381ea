import { Slab } from "./slab.ts";
import { capacityOf, largestSlabBytes, sizeClasses, sizeClassOf } from "./slab-size.ts";

const MiB = 1024 * 1024;

export interface SlabPoolOptions {
  /** The most bytes in use by all connections together (but each may always have two standard slabs). */
  readonly limitBytes?: number;
  /** The most bytes kept for later instead of being left to the garbage collector. */
  readonly retainedBytes?: number;
}

/** Who was refused, and is told when memory came back. */
export interface WaitingForRoom {
  tellOfRoom(): void;
}

/** Memory for the requests of all connections of a server: slabs in size classes, and one limit over everything in use. */
export class SlabPool {
  readonly #limitBytes: number;
  readonly #retainedLimitBytes: number;
  readonly #free: Slab[][] = Array.from({ length: sizeClasses }, () => []);
  #retainedBytes = 0;
  #usedBytes = 0;
  /** Those who were refused for the sake of the common limit, in the order of their refusal. */
  #waiting: WaitingForRoom[] = [];
  #telling = false;

  constructor(options: SlabPoolOptions = {}) {
    this.#limitBytes = Math.max(options.limitBytes ?? 64 * MiB, 2 * largestSlabBytes);
    this.#retainedLimitBytes = options.retainedBytes ?? 8 * MiB;
  }

  /** Bytes of all slabs that are out. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Whether `bytes` more stay within the common limit. Those who came later wait for those who came before. */
  hasRoomFor(bytes: number): boolean {
    return this.#waiting.length === 0 && this.#usedBytes + bytes <= this.#limitBytes;
  }

  /** A slab of at least `bytes`, without regard to any limit: who takes it has asked. */
  takeSlab(bytes: number): Slab {
    const sizeClass = sizeClassOf(bytes);
    const kept = this.#free[sizeClass]?.pop();
    if (kept !== undefined) this.#retainedBytes -= kept.capacity;
    const slab = kept ?? new Slab(capacityOf(sizeClass));
    this.#usedBytes += slab.capacity;
    return slab;
  }

  giveBack(slab: Slab): void {
    this.#usedBytes -= slab.capacity;
    if (this.#retainedBytes + slab.capacity <= this.#retainedLimitBytes) {
      this.#retainedBytes += slab.capacity;
      this.#free[sizeClassOf(slab.capacity)]?.push(slab);
    }
    if (this.#waiting.length > 0) this.#tellWaiting();
  }

  /** `refused` is told when memory came back. */
  wait(refused: WaitingForRoom): void {
    if (!this.#waiting.includes(refused)) this.#waiting.push(refused);
  }

  /** Those behind `refused` may find that there is room for them. */
  stopWaiting(refused: WaitingForRoom): void {
    if (!this.#waiting.includes(refused)) return;
    this.#waiting = this.#waiting.filter((other) => other !== refused);
    this.#tellWaiting();
  }

  /** Whoever is refused again queues up again, and so keeps its place. Flat, however many give back while they are told. */
  #tellWaiting(): void {
    if (this.#telling) return;
    this.#telling = true;
    const told = this.#waiting;
    this.#waiting = [];
    for (const refused of told) refused.tellOfRoom();
    this.#telling = false;
  }
}
