import type { Duration, Random } from "kit/clock";

/** Milliseconds. */
export interface BackOff {
  readonly firstMs: Duration;
  readonly mostMs: Duration;
  /** The longest wait behind a connection that had been logged in: the target is there, and takes logins. */
  readonly mostAfterLoginMs: Duration;
  /** A connection that lived this long was a good one: the next delay starts over. A shorter life does not count as success. */
  readonly stableMs: Duration;
}

export const defaultBackOff: BackOff = { firstMs: 200, mostMs: 30_000, mostAfterLoginMs: 1000, stableMs: 10_000 };

/** How long to wait before the next login: doubling, with jitter of ±25 %, so that many sessions do not storm one portal together. */
export class ReconnectDelay {
  readonly #backOff: BackOff;
  readonly #random: Random;
  /** With which the wait is as long as it may be behind a connection that had been logged in. */
  readonly #failuresAfterLogin: number;
  #failures = 0;

  constructor(backOff: BackOff, random: Random) {
    this.#backOff = backOff;
    this.#failuresAfterLogin = Math.ceil(Math.log2(Math.max(1, backOff.mostAfterLoginMs / backOff.firstMs)));
    this.#random = random;
  }

  /** The connection that just ended had been logged in for `livedMs`; 0 when it never was. */
  next(livedMs: Duration): Duration {
    if (livedMs >= this.#backOff.stableMs) this.#failures = 0;
    const { mostMs, mostAfterLoginMs } = this.#backOff;
    const most = livedMs > 0 ? Math.min(mostMs, mostAfterLoginMs) : mostMs;
    const nominal = Math.min(most, this.#backOff.firstMs * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    // A login that fails behind one that succeeded is the first of its kind, however often connections were lost before.
    if (livedMs > 0) this.#failures = Math.min(this.#failures, this.#failuresAfterLogin);
    return nominal * (0.75 + this.#random.fraction() / 2);
  }
}
