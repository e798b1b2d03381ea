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
    let handle: NodeJS.Timeout;
    const wait = (rest: Duration): void => {
      handle = rest > longestTimer ? setTimeout(wait, longestTimer, rest - longestTimer) : setTimeout(action, rest);
      if (options?.background === true) handle.unref();
    };
    wait(delay);
    return { cancel: () => clearTimeout(handle) };
  }
}
