import { performance } from "node:perf_hooks";
import type { Clock, Timer } from "./clock.ts";
import type { Duration, Instant } from "./instant.ts";

/** The machine's monotonic clock and timers. */
export class SystemClock implements Clock {
  now(): Instant {
    return performance.now();
  }

  after(delay: Duration, action: () => void, options?: { readonly background?: boolean }): Timer {
    const handle = setTimeout(action, delay);
    if (options?.background === true) handle.unref();
    return { cancel: () => clearTimeout(handle) };
  }
}
