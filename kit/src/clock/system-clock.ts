import { performance } from "node:perf_hooks";
import type { Clock, Timer } from "./clock.ts";
import type { Duration, Instant } from "./instant.ts";

/** Node's timers count in 32 bits, and what is longer ends at once: 24.8 days. */
const longestTimer = 2 ** 31 - 1;

/** The machine's monotonic clock and timers. */
export class SystemClock implements Clock {
  now(): Instant {
    return performance.now();
  }

  after(delay: Duration, action: () => void, options?: { readonly background?: boolean }): Timer {
    if (delay > longestTimer) return this.#inTurns(delay, action, options);
    const handle = setTimeout(action, delay);
    if (options?.background === true) handle.unref();
    return { cancel: () => clearTimeout(handle) };
  }

  /** One timer after the other, until what is left is short enough for the last. */
  #inTurns(delay: Duration, action: () => void, options?: { readonly background?: boolean }): Timer {
    let turn = this.after(
      longestTimer,
      () => {
        turn = this.after(delay - longestTimer, action, options);
      },
      options,
    );
    return { cancel: () => turn.cancel() };
  }
}
