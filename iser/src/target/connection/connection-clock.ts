import type { Duration, Instant } from "kit/clock";
import type { ConnectionState } from "./connection-state.ts";

/** Milliseconds; 0 switches a time-out off. */
export interface ConnectionTimeouts {
  /** From the open transport to full feature phase. */
  readonly loginMs: Duration;
  /** Silence after which the initiator is pinged. */
  readonly pingAfterMs: Duration;
  /** How much longer it may be silent then. */
  readonly pingMs: Duration;
  /** From a Logout Request to the end of the connection. */
  readonly logoutMs: Duration;
}

/** What is due on a connection. */
export type ConnectionDue = "login" | "ping" | "ping-reply" | "logout";

/** What a connection waits for, and until when. Nothing is armed: every deadline follows from what was last seen. */
export class ConnectionClock {
  readonly #timeouts: ConnectionTimeouts;
  #openedAt: Instant = 0;
  #heardAt: Instant = 0;
  #pingedAt: Instant | undefined = undefined;
  #logoutBy: Instant = Number.POSITIVE_INFINITY;

  constructor(timeouts: ConnectionTimeouts) {
    this.#timeouts = timeouts;
  }

  opened(now: Instant): void {
    this.#openedAt = now;
    this.#heardAt = now;
  }

  /** Anything at all from the initiator answers a ping: what matters is that it is there. */
  heard(now: Instant): void {
    this.#heardAt = now;
    this.#pingedAt = undefined;
  }

  pinged(now: Instant): void {
    this.#pingedAt = now;
  }

  /** We asked for a logout. */
  logoutRequested(now: Instant, withinMs: Duration): void {
    this.#logoutBy = now + withinMs;
  }

  /** The initiator logs out. */
  inLogout(): void {
    this.#logoutBy = this.#timeouts.logoutMs === 0 ? Number.POSITIVE_INFINITY : this.#heardAt + this.#timeouts.logoutMs;
  }

  deadline(state: ConnectionState): Instant | undefined {
    switch (state) {
      case "S3-xpt-up":
      case "S4-in-login":
        return finite(this.#timeouts.loginMs === 0 ? Number.POSITIVE_INFINITY : this.#openedAt + this.#timeouts.loginMs);
      case "S5-logged-in":
        return finite(this.#pingDue);
      case "S7-logout-requested":
        return finite(Math.min(this.#pingDue, this.#logoutBy));
      case "S6-in-logout":
        return finite(this.#logoutBy);
      case "S1-free":
      case "S8-cleanup-wait":
        return undefined;
    }
  }

  /** What is due now, or undefined. */
  due(state: ConnectionState, now: Instant): ConnectionDue | undefined {
    const deadline = this.deadline(state);
    if (deadline === undefined || now < deadline) return undefined;
    if (state === "S3-xpt-up" || state === "S4-in-login") return "login";
    if (now >= this.#logoutBy) return "logout";
    return this.#pingedAt === undefined ? "ping" : "ping-reply";
  }

  get #pingDue(): Instant {
    if (this.#timeouts.pingAfterMs === 0) return Number.POSITIVE_INFINITY;
    return this.#pingedAt === undefined ? this.#heardAt + this.#timeouts.pingAfterMs : this.#pingedAt + this.#timeouts.pingMs;
  }
}

function finite(moment: Instant): Instant | undefined {
  return moment === Number.POSITIVE_INFINITY ? undefined : moment;
}
