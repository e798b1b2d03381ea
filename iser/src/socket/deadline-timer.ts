import type { Clock, Instant, Timer } from "kit/clock";
import type { ByteStreamCore } from "#bytes";

/**
 * Calls a core's `timeout` when its deadline has passed. The deadline moves with almost every PDU, the timer does not: it is armed again only when
 * the deadline moved to before it, or when it fired too early.
 */
export class DeadlineTimer {
  readonly #core: ByteStreamCore;
  readonly #clock: Clock;
  readonly #afterTimeout: () => void;
  #timer: Timer | undefined;
  #firesAt: Instant = Number.POSITIVE_INFINITY;

  /** `afterTimeout` is called behind each `core.timeout`: there may be output. */
  constructor(core: ByteStreamCore, clock: Clock, afterTimeout: () => void) {
    this.#core = core;
    this.#clock = clock;
    this.#afterTimeout = afterTimeout;
  }

  /** Looks at the deadline; to be called after everything that may have moved it. */
  update(): void {
    const deadline = this.#core.deadline();
    if (deadline === undefined || deadline >= this.#firesAt) return;
    this.cancel();
    this.#firesAt = deadline;
    this.#timer = this.#clock.after(Math.max(0, deadline - this.#clock.now()), this.#fire, { background: true });
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#firesAt = Number.POSITIVE_INFINITY;
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    this.#firesAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    const deadline = this.#core.deadline();
    if (deadline !== undefined && deadline <= now) {
      this.#core.timeout(now);
      this.#afterTimeout();
    } else {
      this.update();
    }
  };
}
