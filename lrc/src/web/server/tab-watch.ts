import type { Clock, Duration, Timer } from "kit/clock";

/**
 * Notices that nobody looks any more: the last open stream is gone, and none came back in the time a reload takes. Before the first tab has come, a browser
 * gets longer to start.
 */
export class TabWatch {
  readonly #clock: Clock;
  readonly #onLeft: () => void;
  readonly #returnMs: Duration;
  #tabs = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, times: { readonly firstMs: Duration; readonly returnMs: Duration }, onLeft: () => void) {
    this.#clock = clock;
    this.#onLeft = onLeft;
    this.#returnMs = times.returnMs;
    this.#wait(times.firstMs);
  }

  /** A tab has opened its stream. Returns what to call when it is closed. */
  enter(): () => void {
    this.#tabs += 1;
    this.#timer?.cancel();
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      this.#tabs -= 1;
      if (this.#tabs === 0) this.#wait(this.#returnMs);
    };
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #wait(delay: Duration): void {
    this.#timer = this.#clock.after(delay, this.#onLeft, { background: true });
  }
}
