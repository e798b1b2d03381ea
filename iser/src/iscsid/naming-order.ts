import type { Clock, Duration, Timer } from "kit/clock";

/** How long sessions that have their devices wait for one before them that neither has its own nor says why. */
const patienceMs: Duration = 2000;

/** A session's place in the order; a second word in it is harmless. */
export interface NamingPlace {
  /** Its devices are known: calls `name` when it is their turn, which may be at once. */
  take(name: () => void): void;
  /** It has nothing to be waited for: it failed, or is not wanted any more. */
  leave(): void;
}

interface Place {
  name: (() => void) | undefined;
}

/**
 * Has devices named in the order in which their sessions were added, and not in the one in which their targets happen to answer: so a file of sessions means the same names
 * every time. A session that fails is not waited for, and one that says nothing not for long.
 */
export class NamingOrder {
  readonly #clock: Clock;
  /** In order; who was named, or left, is not in it any more. */
  readonly #places = new Set<Place>();
  #waitedFor: Place | undefined = undefined;
  #patience: Timer | undefined = undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A place behind all others. */
  enter(): NamingPlace {
    const place: Place = { name: undefined };
    this.#places.add(place);
    return {
      take: (name) => {
        if (!this.#places.has(place)) {
          name();
          return;
        }
        place.name = name;
        this.#advance();
      },
      leave: () => {
        if (this.#places.delete(place)) this.#advance();
      },
    };
  }

  /** Names those whose turn it is. Patience is with the one in front: another one there has all of it. */
  #advance(): void {
    for (const place of this.#places) {
      if (place.name === undefined) break;
      this.#places.delete(place);
      place.name();
    }
    const [front] = this.#places;
    const someoneWaits = [...this.#places].some(({ name }) => name !== undefined);
    if (someoneWaits && front === this.#waitedFor) return;
    this.#patience?.cancel();
    this.#waitedFor = someoneWaits ? front : undefined;
    this.#patience = someoneWaits ? this.#clock.after(patienceMs, () => this.#waitNoMore()) : undefined;
  }

  /** All who are ready are named; those whom they waited for have lost their places. */
  #waitNoMore(): void {
    const places = [...this.#places];
    const last = places.findLastIndex(({ name }) => name !== undefined);
    for (const place of places.slice(0, last)) if (place.name === undefined) this.#places.delete(place);
    this.#advance();
  }
}
