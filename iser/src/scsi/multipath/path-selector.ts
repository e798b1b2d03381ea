import type { Path } from "./path.ts";

/** How much a path gets before it is the next one's turn. */
export interface TurnLimits {
  readonly commands: number;
  readonly bytes: number;
}

/** Few enough that every path has work at the usual queue depths, enough that neighbours stay together for a target that reads ahead. */
export const defaultTurn: TurnLimits = { commands: 8, bytes: 1024 * 1024 };

/** Round robin over the best paths there are: those of the highest rank, and no others. */
export class PathSelector {
  readonly #limits: TurnLimits;
  #best: readonly Path[] = [];
  #at = 0;
  #commands = 0;
  #bytes = 0;

  constructor(limits: TurnLimits = defaultTurn) {
    this.#limits = limits;
  }

  /** Paths that get commands now. */
  get best(): readonly Path[] {
    return this.#best;
  }

  /** Something about the paths is another than it was. */
  choose(paths: readonly Path[]): void {
    const current = this.#best[this.#at];
    const highest = paths.reduce((rank, path) => Math.max(rank, path.rank), 0);
    this.#best = highest === 0 ? [] : paths.filter(({ rank }) => rank === highest);
    const at = current === undefined ? -1 : this.#best.indexOf(current);
    this.#at = Math.max(0, at);
    if (at === -1) this.#beginTurn();
  }

  /** The path for a command that moves `bytes`; undefined when none is good for I/O. With `but`, another one if there is one. */
  next(bytes: number, but?: Path): Path | undefined {
    const count = this.#best.length;
    if (count === 0) return undefined;
    if (count > 1 && (this.#commands >= this.#limits.commands || this.#bytes >= this.#limits.bytes || this.#best[this.#at] === but)) {
      this.#at = (this.#at + 1) % count;
      this.#beginTurn();
    }
    this.#commands += 1;
    this.#bytes += bytes;
    return this.#best[this.#at];
  }

  #beginTurn(): void {
    this.#commands = 0;
    this.#bytes = 0;
  }
}
