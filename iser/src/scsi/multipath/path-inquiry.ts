import type { Clock, Duration, Instant, Timer } from "kit/clock";
import { BlockError } from "#block";
import { AdditionalSense } from "../additional-sense.ts";
import { encodeTestUnitReady } from "../cdb/test-unit-ready.ts";
import type { DiskIdentity } from "../disk/disk-identity.ts";
import { ScsiCommand } from "../initiator-port.ts";
import { LogicalUnit } from "../logical-unit.ts";
import { parseSense, type SenseData, SenseKey } from "../sense.ts";
import { ScsiStatus } from "../status.ts";
import { unitEventOf } from "../unit-event.ts";
import { refusedFor } from "./access.ts";
import type { Path } from "./path.ts";
import { askPath } from "./path-facts.ts";

export interface PathInquiryOptions {
  readonly clock: Clock;
  /** All paths that there are now. */
  readonly paths: () => readonly Path[];
  /** Whether what a path says of its end is the unit that all this is about. */
  readonly isSame: (identity: DiskIdentity) => boolean;
  /** It is not: the path is of no use here any more. */
  readonly onForeign: (path: Path) => void;
  /** A path has another state, or its port one. */
  readonly onChange: () => void;
  /** The unit tells something of itself, by whichever path. */
  readonly onAttention: (sense: SenseData) => void;
  /** Commands wait, and no path is good for I/O: asking goes on until one is. */
  readonly isAwaited: () => boolean;
}

/** How often the target is asked again when no port is good for I/O, or one did not answer. */
const askAgainMs: Duration = 500;
/** A nexus that does not answer at once says nothing for the unit. */
const witnessTimeoutMs: Duration = 5000;

/**
 * What the paths to a logical unit say of it and of themselves: whether it is still the same unit, what state its ports are in, and whether a reset can have escaped the paths that were away.
 *
 * It writes that into the paths (their state, access and quiet time) and says when it has. Each path is asked by one question at a time; who has no answer is asked again.
 */
export class PathInquiry {
  readonly #options: PathInquiryOptions;
  /** When all paths were last asked. */
  #asked: Instant = Number.NEGATIVE_INFINITY;
  #poll: Timer | undefined = undefined;

  constructor(options: PathInquiryOptions) {
    this.#options = options;
  }

  /** A unit attention condition came by this path. */
  attention(path: Path, sense: SenseData): void {
    const event = unitEventOf(sense.code);
    if (event.kind === "reset" && event.cacheAtRisk) path.quietSince = this.#options.clock.now();
    // What is at its end may be another unit since: others are asked what this one was.
    const isDoubtful = event.kind === "reset" || event.kind === "description-changed" || event.kind === "luns-changed";
    if (isDoubtful && path.state === "up") {
      path.state = "unchecked";
      this.#options.onChange();
    }
    if (isDoubtful || event.kind === "access-state-changed") this.ask(path);
    this.#options.onAttention(sense);
  }

  /** Asks a path who is there and what state its port is in; at most one such question is under way on each. */
  ask(path: Path): void {
    if (path.left || path.state === "down") return;
    if (path.asking !== "idle") {
      path.asking = "again";
      return;
    }
    path.asking = "running";
    const { signal } = path.lost;
    void this.#look(path, signal).then((answered) => {
      const again = path.asking === "again" || signal.aborted;
      path.asking = "idle";
      if (again) this.ask(path);
      else if (!answered) this.askLater();
    });
  }

  /** A port has refused a command: every one may have another state now. One that says it is good and refuses all the same is not asked without end. */
  askSoon(path: Path, now: Instant): void {
    const isNews = now - path.refusedAt >= askAgainMs;
    path.refusedAt = now;
    if (isNews || now - this.#asked >= askAgainMs) this.#askAll(now);
    else this.askLater();
  }

  /** Asks all of them in a while. */
  askLater(): void {
    const { clock } = this.#options;
    this.#poll ??= clock.after(askAgainMs, () => {
      this.#poll = undefined;
      this.#askAll(clock.now());
      if (this.#options.isAwaited()) this.askLater();
    });
  }

  /**
   * A target tells of a power on to every nexus, and many tell every new nexus of one that was none. So a nexus that was there all the time is asked: when nothing is pending for it,
   * there was nothing.
   */
  async wasUnharmedSince(since: Instant, sense: SenseData): Promise<boolean> {
    if (sense.code !== AdditionalSense.powerOnOrReset) return false;
    return (await this.#witness((path) => path.quietSince < since)) !== undefined;
  }

  /** No path is left: nobody is asked any more until one joins. */
  close(): void {
    this.#poll?.cancel();
    this.#poll = undefined;
  }

  #askAll(now: Instant): void {
    this.#asked = now;
    for (const path of this.#options.paths()) this.ask(path);
  }

  /** True when there was an answer. `signal`: the connection that is asked is gone. */
  async #look(path: Path, signal: AbortSignal): Promise<boolean> {
    const options = this.#options;
    const onUnitAttention = (sense: SenseData): void => {
      if (path.unwatch === undefined) this.attention(path, sense);
    };
    try {
      const unit = new LogicalUnit(path.port, path.lun, { clock: options.clock, signal, onUnitAttention });
      const { identity, access } = await askPath(unit);
      const isSame = options.isSame(identity);
      // Until nothing is pending for its nexus, nothing is known of its past.
      if (isSame && path.state === "unchecked") {
        await this.#hear(path);
        await this.#inherit(path);
      }
      // Something was said meanwhile that may be the reason for another answer.
      if (signal.aborted || path.asking === "again") return true;
      path.access = access;
      path.state = isSame ? "up" : "foreign";
      options.onChange();
      if (!isSame) options.onForeign(path);
      return true;
    } catch (error) {
      if (!(error instanceof BlockError)) throw error;
      return false;
    }
  }

  /** Has a path tell what is pending for its nexus. */
  async #hear(path: Path): Promise<void> {
    for (let left = 8; left > 0; left--) {
      const sense = await this.#testUnitReady(path);
      if (sense === undefined || sense === "failed" || sense.key !== SenseKey.unitAttention) return;
    }
  }

  /** What a path that was away cannot know, one that was there can. */
  async #inherit(path: Path): Promise<void> {
    const witness = await this.#witness((other) => other !== path && other.quietSince < path.quietSince);
    if (witness !== undefined) path.quietSince = Math.min(path.quietSince, witness.quietSince);
  }

  /** A path of those that fit on which nothing is pending: the unit has not been reset for as long as that has been quiet. */
  async #witness(fits: (path: Path) => boolean): Promise<Path | undefined> {
    for (const path of this.#options.paths()) {
      if (path.state !== "up" || !fits(path)) continue;
      const { signal } = path.lost;
      const sense = await this.#testUnitReady(path);
      const isPresent = sense === undefined || (sense !== "failed" && refusedFor(sense) !== undefined);
      if (isPresent && !signal.aborted && fits(path)) return path;
    }
    return undefined;
  }

  /** The sense of one TEST UNIT READY; undefined for GOOD. */
  #testUnitReady(path: Path): Promise<SenseData | "failed" | undefined> {
    const { signal } = path.lost;
    return new Promise((resolve) => {
      const giveUp = (): void => path.port.abort(command);
      const command = new ScsiCommand(({ failure, status, sense }) => {
        signal.removeEventListener("abort", giveUp);
        if (failure !== undefined) return resolve("failed");
        if (status === ScsiStatus.good) return resolve(undefined);
        const parsed = status === ScsiStatus.checkCondition ? parseSense(sense) : undefined;
        if (parsed?.key === SenseKey.unitAttention && path.unwatch === undefined) this.attention(path, parsed);
        resolve(parsed ?? "failed");
      });
      command.lun = path.lun;
      command.cdbLength = encodeTestUnitReady(command.cdb);
      command.timeoutMs = witnessTimeoutMs;
      signal.addEventListener("abort", giveUp, { once: true });
      path.port.execute(command);
    });
  }
}
