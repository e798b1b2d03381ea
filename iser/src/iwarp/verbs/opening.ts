import type { Duration, Instant } from "kit/clock";
import type { MessageSender } from "./message-sender.ts";

/** The first wake-up; each one waits twice as long as the one before. */
const firstWakeUpMs: Duration = 100;

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

  /** Does what is due. */
  advance(now: Instant, sender: Pick<MessageSender, "open" | "hasMessages" | "sendReadyToReceive">): void {
    if (this.#at === undefined || now < this.#at) return;
    if (this.#isOpen) {
      this.#wakeUpMs *= 2;
      if (!sender.hasMessages) sender.sendReadyToReceive("rdma-write");
    } else {
      this.#isOpen = true;
      sender.open();
    }
    this.#at = now + this.#wakeUpMs;
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
