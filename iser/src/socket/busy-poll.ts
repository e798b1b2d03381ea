import { type Clock, type Duration, type Instant, SystemClock } from "kit/clock";

/** The first guess at how long it takes until something comes. */
const firstWindow: Duration = 0.02;
/** Beyond, something is always on its way, and whoever sleeps finds several things together when he wakes. */
const fewAwaited = 3;
/** What is looked for longer than this is waited for asleep. */
const usualLongest: Duration = 0.1;

/**
 * Keeps a thread awake for a moment when it waits for something that will be there soon: the event loop asks the kernel again and again instead of falling asleep. To fall
 * asleep and be woken takes longer than most answers on one machine do: 4 KiB reads, one at a time, are 2.5 times as many, and each takes less
 * processor time (docs/decisions/hot-path.md).
 *
 * How long a moment is, is learnt as kernels that poll for idle virtual machines learn it (Linux, Documentation/virt/kvm/halt-polling.rst): the window doubles while what was
 * waited for comes a little later than it lasts, and is gone when it takes longer than is worth it.
 */
export class BusyPoll {
  readonly #longest: () => Duration;
  readonly #clock: Clock;
  readonly #later: (look: () => void) => void;
  /** How long the thread stays awake. */
  #window: Duration = 0;
  /** When it began to wait. */
  #since: Instant = 0;
  #looking = false;

  /**
   * @param longest asked whenever something has arrived; 0: the thread never stays awake
   * @param later calls back in the next turn of the event loop, which does not sleep before
   */
  constructor(
    longest: () => Duration = () => usualLongest,
    clock: Clock = new SystemClock(),
    later: (look: () => void) => void = setImmediate,
  ) {
    this.#longest = longest;
    this.#clock = clock;
    this.#later = later;
  }

  /** Something has arrived. */
  arrived(now: Instant): void {
    const waited = now - this.#since;
    const longest = this.#longest();
    if (waited > longest) this.#window = 0;
    else if (waited > this.#window) this.#window = Math.min(Math.max(firstWindow, 2 * this.#window), longest);
  }

  /** Everything is done for now, and `awaited` things are to come. */
  awaits(awaited: number, now: Instant): void {
    if (awaited === 0 || awaited > fewAwaited) return;
    this.#since = now;
    if (this.#window === 0 || this.#looking) return;
    this.#looking = true;
    this.#later(this.#look);
  }

  readonly #look = (): void => {
    this.#looking = this.#clock.now() - this.#since < this.#window;
    if (this.#looking) this.#later(this.#look);
  };
}
