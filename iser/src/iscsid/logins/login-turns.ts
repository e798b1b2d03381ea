/** A login's place: taken when its turn comes, given back when the login has an outcome or is not wanted any more. A second `end` is harmless. */
export interface LoginTurn {
  end(): void;
}

/** How many logins may run; 0: as many as like. Read whenever a turn is given out. */
export interface LoginLimits {
  readonly atOnce: number;
  readonly atOncePerPortal: number;
}

interface Place {
  readonly start: () => void;
  state: "waiting" | "running" | "over";
}

interface PortalTurns {
  readonly waiting: Set<Place>;
  running: number;
  mostRunning: number;
}

/**
 * Lets logins begin a few at a time, so that a portal that comes back is not stormed by all sessions it had, and one that does not answer cannot hold up the
 * logins of the others. Within a portal the first to ask is the first to go; portals take turns.
 */
export class LoginTurns {
  readonly #limits: LoginLimits;
  readonly #portals = new Map<string, PortalTurns>();
  #running = 0;

  constructor(limits: LoginLimits) {
    this.#limits = limits;
  }

  /** Logins that run now. */
  get running(): number {
    return this.#running;
  }

  /** Logins that wait for their turn. */
  get waiting(): number {
    let waiting = 0;
    for (const portal of this.#portals.values()) waiting += portal.waiting.size;
    return waiting;
  }

  /** Where logins have been asked for. */
  get portals(): readonly string[] {
    return [...this.#portals.keys()].sort();
  }

  /** The most that ever ran at once at `portal`. */
  mostRunningAt(portal: string): number {
    return this.#portals.get(portal)?.mostRunning ?? 0;
  }

  /** Calls `start` when a login at `portal` may begin: at once, or when another ends. */
  take(portal: string, start: () => void): LoginTurn {
    const turns = this.#portals.get(portal) ?? { waiting: new Set(), running: 0, mostRunning: 0 };
    this.#portals.set(portal, turns);
    const place: Place = { start, state: "waiting" };
    turns.waiting.add(place);
    this.#giveOut();
    return { end: () => this.#end(turns, place) };
  }

  #end(turns: PortalTurns, place: Place): void {
    if (place.state === "running") {
      turns.running -= 1;
      this.#running -= 1;
    } else turns.waiting.delete(place);
    place.state = "over";
    this.#giveOut();
  }

  #giveOut(): void {
    const { atOnce, atOncePerPortal } = this.#limits;
    for (const [name, turns] of [...this.#portals]) {
      while (turns.waiting.size > 0 && below(this.#running, atOnce) && below(turns.running, atOncePerPortal)) {
        const [place] = turns.waiting;
        if (place === undefined) break;
        turns.waiting.delete(place);
        place.state = "running";
        turns.running += 1;
        turns.mostRunning = Math.max(turns.mostRunning, turns.running);
        this.#running += 1;
        this.#portals.delete(name); // behind the others
        this.#portals.set(name, turns);
        place.start();
      }
    }
  }
}

function below(count: number, limit: number): boolean {
  return limit === 0 || count < limit;
}
