import type { Duration, Instant } from "./instant.ts";

/** Something that will happen unless it is cancelled first. */
export interface Timer {
  cancel(): void;
}

/** The only source of time. Programs hand in the system's; tests and the simulator hand in a virtual one. */
export interface Clock {
  now(): Instant;
  /** Calls `action` once, no sooner than `delay` from now. An unfired timer does not keep the process alive when `background` is set. */
  after(delay: Duration, action: () => void, options?: { readonly background?: boolean }): Timer;
}
