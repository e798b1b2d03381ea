import type { Instant } from "kit/clock";

/** How often the limit may change: long enough for some dozens of transfers on anything that is fast. */
const intervalMs = 20;
/** Nothing that moves less than this (1.5 GB/s, in bytes per millisecond) is limited by what memory can do: there the limit would only hold it back. */
const fastBytesPerMs = 1_500_000;

/**
 * How many data bytes may be outstanding at once. On a fast path, more than fits a cache costs: what arrived is out of the cache again before anybody
 * looks at it (64 KiB reads over loopback: 512 KiB outstanding move 1.6 times what 1 MiB do). On a slow or distant one, the same limit would starve it: a path of 10 ms and
 * 1 GB/s needs 10 MB outstanding. So the limit doubles while it holds commands back and bytes move no faster than a cache would care about, and
 * returns by halves when they would still be fast at the half.
 */
export class FlightLimit {
  readonly #least: number;
  readonly #most: number;
  #bytes: number;
  #since: Instant = 0;
  #moved = 0;
  #heldBack = false;

  constructor(least: number, most: number) {
    this.#least = least;
    this.#most = Math.max(least, most);
    this.#bytes = least;
  }

  /** The limit as it stands. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether another `length` bytes may join `inFlight`. One transfer always may, however long. */
  allows(inFlight: number, length: number): boolean {
    if (inFlight === 0 || inFlight + length <= this.#bytes) return true;
    this.#heldBack = true;
    return false;
  }

  /** A transfer of `bytes` has ended. */
  moved(bytes: number): void {
    this.#moved += bytes;
  }

  /** Looks at what moved since the last look, when that is long enough ago. Called as often as there is a moment at hand. */
  observe(now: Instant): void {
    const elapsedMs = now - this.#since;
    if (elapsedMs < intervalMs) return;
    // After a pause the rate says nothing: whatever was held back was not held back for long.
    if (this.#heldBack && elapsedMs < 50 * intervalMs) this.#adapt(this.#moved / elapsedMs);
    this.#since = now;
    this.#moved = 0;
    this.#heldBack = false;
  }

  #adapt(bytesPerMs: number): void {
    if (bytesPerMs < fastBytesPerMs) this.#bytes = Math.min(this.#bytes * 2, this.#most);
    else if (bytesPerMs / 2 >= fastBytesPerMs) this.#bytes = Math.max(this.#bytes / 2, this.#least);
  }
}
