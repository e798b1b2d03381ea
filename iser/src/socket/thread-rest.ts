import type { Duration, Instant } from "kit/clock";

/** A reader that was not alone for so long gets no rests: they would be the others' delays. */
const soleFor: Duration = 1;

/** Nobody ever wakes who waits for it. */
const neverNotified = new Int32Array(new SharedArrayBuffer(4));

/** The whole thread sleeps for `ms`, which may be a fraction: timers and the event loop know nothing shorter than a millisecond. */
function sleepThread(ms: Duration): void {
  Atomics.wait(neverNotified, 0, 0, ms);
}

/** Lets one of the connections that share a thread put it to sleep between two of its reads, as long as it is the only one that would. */
export class ThreadRest {
  readonly #sleep: (ms: Duration) => void;
  #reader: object | undefined = undefined;
  #soleSince: Instant = 0;

  constructor(sleep: (ms: Duration) => void = sleepThread) {
    this.#sleep = sleep;
  }

  /** `reader`, whose core may want rests, has read something. */
  arrived(reader: object, now: Instant): void {
    if (reader === this.#reader) return;
    this.#reader = reader;
    this.#soleSince = now;
  }

  /** `reader` wants a rest. */
  take(reader: object, ms: Duration, now: Instant): void {
    if (reader === this.#reader && now - this.#soleSince >= soleFor) this.#sleep(ms);
  }
}
