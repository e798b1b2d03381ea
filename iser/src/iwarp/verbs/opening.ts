import type { Duration, Instant } from "kit/clock";

/** The first wake-up; each one waits twice as long as the one before. */
const firstWakeUpMs: Duration = 100;

/** What is to be done now: begin to send, or say that there is something to read. */
export type OpeningStep = "open" | "wake-up";

/**
 * When an initiator begins to send, and what it does until it is heard. Linux siw changes from MPA to RDMA mode after it has sent its reply: an FPDU that comes in between lies unread
 * until more bytes come. So there is a pause before the first one; and as no pause is long enough for a machine that is busy, an RDMA Write of nothing follows until the responder says
 * something. It places nothing and names no memory, and may be sent at any time (RFC 5040, 5.2; RFC 6581 uses it as a ready-to-receive message).
 */
export class Opening {
  #at: Instant | undefined;
  #isOpen = false;
  #wakeUpMs: Duration = firstWakeUpMs;

  /** When there is something to do. */
  get deadline(): Instant | undefined {
    return this.#at;
  }

  begin(now: Instant, pauseMs: Duration): void {
    this.#at = now + pauseMs;
  }

  /** What is due, once. */
  step(now: Instant): OpeningStep | undefined {
    if (this.#at === undefined || now < this.#at) return undefined;
    const step = this.#isOpen ? "wake-up" : "open";
    if (this.#isOpen) this.#wakeUpMs *= 2;
    this.#isOpen = true;
    this.#at = now + this.#wakeUpMs;
    return step;
  }

  /** Nothing is awaited any more; what is posted is still to be sent. */
  endWakeUps(): void {
    if (this.#isOpen) this.#at = undefined;
  }

  /** The responder has spoken, or nobody will. */
  end(): void {
    this.#at = undefined;
  }
}
