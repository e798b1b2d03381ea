import type { Clock, Timer } from "./clock.ts";
import type { Duration, Instant } from "./instant.ts";

interface PendingAction {
  readonly due: Instant;
  readonly order: number;
  readonly background: boolean;
  readonly action: () => void;
}

/**
 * Time that moves only when it is told to. Actions run in order of their moment, those of one moment in the order they were
 * asked for, each seeing `now()` as its own moment; what an action schedules within the span advanced runs in the same call.
 */
export class VirtualClock implements Clock {
  #now: Instant;
  #order = 0;
  readonly #pending = new Set<PendingAction>();

  constructor(origin: Instant = 0) {
    this.#now = origin;
  }

  now(): Instant {
    return this.#now;
  }

  after(delay: Duration, action: () => void, options?: { readonly background?: boolean }): Timer {
    const pending: PendingAction = {
      due: this.#now + Math.max(0, delay),
      order: this.#order++,
      background: options?.background === true,
      action,
    };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** The moment of the earliest action, or undefined when nothing waits. */
  nextDue(): Instant | undefined {
    return this.#earliest()?.due;
  }

  /** How many actions wait that would keep a real process alive: what a test asserts to be 0 at its end. */
  get waiting(): number {
    let count = 0;
    for (const pending of this.#pending) if (!pending.background) count++;
    return count;
  }

  /** Moves time forward by `span`, running everything that falls due on the way. An action that throws stops the clock at its moment. */
  advance(span: Duration): void {
    this.advanceTo(this.#now + span);
  }

  /** Moves time forward to `moment`; a moment already passed only runs what is overdue. */
  advanceTo(moment: Instant): void {
    for (let next = this.#earliest(); next !== undefined && next.due <= moment; next = this.#earliest()) {
      this.#pending.delete(next);
      if (next.due > this.#now) this.#now = next.due;
      next.action();
    }
    if (moment > this.#now) this.#now = moment;
  }

  #earliest(): PendingAction | undefined {
    let earliest: PendingAction | undefined;
    for (const pending of this.#pending) {
      if (earliest === undefined || pending.due < earliest.due || (pending.due === earliest.due && pending.order < earliest.order)) {
        earliest = pending;
      }
    }
    return earliest;
  }
}
