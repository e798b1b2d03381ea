import type { Clock, Instant } from "kit/clock";
import type { BlockError } from "#block";

/** A flush, or a write that is to be durable, as far as the books are concerned. A slot of its command. */
export interface FlushEntry {
  /** How many writes had been done when it began: those it covers. */
  covers: number;
  /** How many losses its asker is supposed to know of. */
  knows: number;
  /** When it began. */
  begunAt: Instant;
  /** Its asker vouches for earlier writes: he is the one to be told that they are lost. A write with FUA only vouches for itself. */
  tellsOthers: boolean;
}

/** Writes that a cache may hold at some moment. */
export interface Stake {
  /** All of the first so many that are not settled. */
  readonly count: number;
  /** When the oldest of them was acknowledged; never later than that. */
  readonly since: Instant;
  /** The moment. */
  readonly at: Instant;
}

/**
 * The books of a disk with a volatile write cache: which writes were acknowledged and are not yet covered by a flush, and which of those were lost.
 *
 * The rules (docs/decisions/flush-after-reconnect.md):
 * - A loss fails every flush that began before the loss had been told to somebody; then it has been told, and flushes that begin later speak of later writes only. One of several
 *   flushes under way would not do: each has an asker of its own.
 * - A loss is of all writes that were acknowledged and not flushed when it happened: which of them reached the medium nobody knows.
 * - No write costs more than a count here.
 */
export class UnflushedWrites {
  readonly #clock: Clock;
  #acknowledged = 0;
  /** So many of them are on the medium, or known to be lost. */
  #settled = 0;
  /** No unflushed write was acknowledged before. */
  #since: Instant | undefined = undefined;
  #losses = 0;
  #told = 0;
  #error: BlockError | undefined = undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What is at stake now; undefined when everything is settled. */
  get atStake(): Stake | undefined {
    if (this.#acknowledged === this.#settled || this.#since === undefined) return undefined;
    return { count: this.#acknowledged, since: this.#since, at: this.#clock.now() };
  }

  /** How many losses there were. */
  get losses(): number {
    return this.#losses;
  }

  /** The target acknowledged a write that may be in its cache. */
  acknowledge(): void {
    if (this.#acknowledged === this.#settled) this.#since = this.#clock.now();
    this.#acknowledged++;
  }

  begin(flush: FlushEntry): void {
    flush.covers = this.#acknowledged;
    flush.knows = this.#told;
    flush.begunAt = this.#clock.now();
    flush.tellsOthers = true;
  }

  /** The flush behind one write, which began when there had been `losses`. */
  beginForOne(flush: FlushEntry, losses: number): void {
    this.begin(flush);
    flush.knows = losses;
    flush.tellsOthers = false;
  }

  /** The target executed the flush. Returns what its asker must be told instead. */
  end(flush: FlushEntry): BlockError | undefined {
    if (this.#losses > flush.knows) {
      if (flush.tellsOthers) this.#told = this.#losses;
      return this.#error;
    }
    if (flush.covers > this.#settled) {
      this.#settled = flush.covers;
      this.#since = flush.begunAt;
    }
    return undefined;
  }

  /** What was at stake is lost, or may be, but for what has been flushed since; `error` tells why. What was acknowledged later is not touched by that. */
  lose(error: BlockError, stake: Stake | undefined = this.atStake): void {
    this.#losses++;
    this.#error = error;
    if (stake === undefined || stake.count <= this.#settled) return;
    this.#settled = stake.count;
    this.#since = stake.at;
  }
}
