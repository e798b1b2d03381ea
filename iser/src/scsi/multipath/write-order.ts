import type { Clock, Instant } from "kit/clock";
import type { Path } from "./path.ts";
import type { Relay } from "./relay.ts";
import { type BlockRange, overlap } from "./written-range.ts";

/** A write that its path may still deliver, though it was made good over another one. */
interface Ghost extends BlockRange {
  readonly path: Path;
  /** Commands up to this one were there before it. */
  readonly order: number;
  readonly until: Instant;
}

/** How long a ghost is feared at most. Its session is dead for us; a target that has not ended it by then is the exception. */
const ghostLifeMs = 5000;

/** Where a write may go: anywhere, on one path only, or nowhere yet. */
export type WriteWay = "free" | "wait" | Path;

/**
 * Keeps writes to the same blocks in their order. A target keeps it on one path, and nobody keeps it between two: so a write goes the way of an unfinished one that it overlaps, or waits for
 * it. And a write whose path was lost under it, and that was sent again over another, may yet arrive over the first: what overlaps it waits until the target has ended that session.
 */
export class WriteOrder {
  readonly #clock: Clock;
  /** Unfinished writes, oldest first. */
  readonly #writes: Relay[] = [];
  #ghosts: Ghost[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(relay: Relay): void {
    if (relay.writes) this.#writes.push(relay);
  }

  end(relay: Relay): void {
    if (relay.writes) this.#writes.splice(this.#writes.indexOf(relay), 1);
  }

  /** The way that is open to a write. */
  wayOf(relay: Relay): WriteWay {
    let way: WriteWay = "free";
    for (const earlier of this.#writes) {
      if (earlier.order >= relay.order) break;
      if (!overlap(earlier, relay)) continue;
      const { path } = earlier;
      if (path === undefined || earlier.moving || path.rank === 0 || (way !== "free" && way !== path)) return "wait";
      way = path;
    }
    return this.#isHaunted(relay) ? "wait" : way;
  }

  /** The path of `relay` is lost: if it had been sent there, it may still arrive. `order`: that of the newest command there is. */
  fear({ first, end, writes }: Relay, path: Path, order: number): void {
    if (writes) this.#ghosts.push({ first, end, path, order, until: this.#clock.now() + ghostLifeMs });
  }

  /** The target has ended what was the session of `path`: nothing comes from there any more. */
  lay(path: Path): void {
    if (this.#ghosts.length > 0) this.#ghosts = this.#ghosts.filter((ghost) => ghost.path !== path);
  }

  /** When somebody who waits may go on though nothing happened. */
  get nextRelease(): Instant | undefined {
    return this.#ghosts[0]?.until;
  }

  #isHaunted(relay: Relay): boolean {
    if (this.#ghosts.length === 0) return false;
    const now = this.#clock.now();
    this.#ghosts = this.#ghosts.filter(({ until }) => until > now);
    return this.#ghosts.some((ghost) => ghost.order < relay.order && overlap(ghost, relay));
  }
}
