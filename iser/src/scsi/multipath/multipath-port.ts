import type { Clock, Duration, Instant, Timer } from "kit/clock";
import { BlockError } from "#block";
import { AdditionalSense } from "../additional-sense.ts";
import { encodeTestUnitReady } from "../cdb/test-unit-ready.ts";
import type { DiskIdentity } from "../disk/disk-identity.ts";
import {
  type InitiatorPort,
  ScsiCommand,
  ScsiTransportError,
  type TaskManagementFunction,
  type TaskManagementOutcome,
} from "../initiator-port.ts";
import { LogicalUnit } from "../logical-unit.ts";
import type { Lun } from "../lun.ts";
import { isRepeatable } from "../repeatable.ts";
import { parseSense, type SenseData, SenseKey } from "../sense.ts";
import { ScsiStatus } from "../status.ts";
import { unitEventOf } from "../unit-event.ts";
import { refusedFor } from "./access.ts";
import { Path, type PathPlace } from "./path.ts";
import { askPath } from "./path-facts.ts";
import { PathSelector, type TurnLimits } from "./path-selector.ts";
import { Relay } from "./relay.ts";
import { WriteOrder } from "./write-order.ts";

export interface MultipathPortOptions {
  readonly clock: Clock;
  readonly turn?: TurnLimits;
  /** Whether what a path says of its end is the unit that all this is about. */
  readonly isSame: (identity: DiskIdentity) => boolean;
  /** It is not: the path is of no use here any more. */
  readonly onForeign: (path: Path) => void;
  /** A path came, went, or stands elsewhere. */
  readonly onChange?: () => void;
}

/** How often a command is sent over paths that fail before its owner hears of it. */
const maxAttempts = 8;
/** How long a command waits for a path that is good for I/O while there are connections, but none of a good port. As long as a session without a connection has it wait. */
const noAccessLimitMs: Duration = 120_000;
/** How often the target is asked again when no port is good for I/O, or one did not answer. */
const askAgainMs: Duration = 500;

/**
 * Several paths to one logical unit as one initiator port: whoever uses it cannot tell how many there are.
 *
 * Commands go to the best paths in turn. One whose path is lost goes over another at once; only when no path has a connection does it wait in the session of one, as it would without this. A path that comes
 * back is asked first whether the same unit is still at its end. All of what the unit tells of itself, by whichever path, reaches everybody who watches.
 */
export class MultipathPort implements InitiatorPort {
  readonly #options: MultipathPortOptions;
  readonly #selector: PathSelector;
  readonly #order: WriteOrder;
  #paths: readonly Path[] = [];
  readonly #idle: Relay[] = [];
  /** Every slot there is. */
  readonly #slots: Relay[] = [];
  /** Those that wait for an earlier write, or for a path; oldest first. */
  readonly #waiting: Relay[] = [];
  #count = 0;
  readonly #watchers = new Set<(sense: SenseData) => void>();
  /** When all paths were last asked. */
  #asked: Instant = Number.NEGATIVE_INFINITY;
  #wake: Timer | undefined = undefined;
  #poll: Timer | undefined = undefined;
  #giveUp: Timer | undefined = undefined;

  constructor(options: MultipathPortOptions) {
    this.#options = options;
    this.#selector = new PathSelector(options.turn);
    this.#order = new WriteOrder(options.clock);
  }

  get paths(): readonly Path[] {
    return this.#paths;
  }

  /** Gets commands now. */
  isActive(path: Path): boolean {
    return this.#selector.best.includes(path);
  }

  // ------------------------------------------------------------------------------------------------------------ paths that come and go

  /** Takes a path in. The first is used at once, since it says what all this is about; others when they have said that they lead to the same unit. */
  join(place: PathPlace): Path {
    const path = new Path(place, this.#options.clock.now());
    path.unwatch = path.port.watch?.(path.lun, (sense) => this.#onAttention(path, sense));
    this.#paths = [...this.#paths, path];
    this.#ask(path);
    this.#rearrange();
    return path;
  }

  /** Takes a path out; what was on it goes over another one, or ends as its session says. */
  leave(path: Path): void {
    if (path.left) return;
    path.left = true;
    path.unwatch?.();
    this.#paths = this.#paths.filter((other) => other !== path);
    this.#lose(path);
    this.#rearrange();
    if (this.#paths.length === 0) this.#close();
  }

  /** The session of a path has a connection now, or none any more. */
  setConnected(path: Path, connected: boolean): void {
    if (path.left || connected === (path.state !== "down")) return;
    if (!connected) {
      this.#lose(path);
    } else {
      path.state = "unchecked";
      // The target ended the session before this one when it took the login.
      this.#order.lay(path);
      path.quietSince = this.#options.clock.now();
      this.#ask(path);
    }
    this.#rearrange();
  }

  #lose(path: Path): void {
    path.state = "down";
    path.lost.abort();
    path.lost = new AbortController();
  }

  // ------------------------------------------------------------------------------------------------------------ InitiatorPort

  get maxTransferBytes(): number {
    let least = 0;
    for (const { port } of this.#paths) {
      const { maxTransferBytes } = port;
      if (maxTransferBytes > 0 && (least === 0 || maxTransferBytes < least)) least = maxTransferBytes;
    }
    return least;
  }

  execute(command: ScsiCommand): void {
    command.failure = undefined;
    const relay = this.#idle.pop() ?? this.#newSlot();
    command.portState = relay;
    relay.begin(command, ++this.#count);
    this.#order.begin(relay);
    this.#dispatch(relay);
  }

  abort(command: ScsiCommand): void {
    const relay = command.portState;
    if (!(relay instanceof Relay) || relay.outer !== command) return;
    relay.canceled = true;
    if (relay.path !== undefined) relay.path.port.abort(relay.inner);
    else queueMicrotask(() => this.#endCanceled(relay, command));
  }

  manage(taskManagement: Exclude<TaskManagementFunction, "abort-task">, _lun: Lun, done: (outcome: TaskManagementOutcome) => void): void {
    const path = this.#selector.best[0] ?? this.#paths[0];
    if (path === undefined) queueMicrotask(() => done("transport-failed"));
    else path.port.manage(taskManagement, path.lun, done);
  }

  watch(_lun: Lun, listener: (sense: SenseData) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /**
   * A target tells of a power on to every nexus, and many tell every new nexus of one that was none. So a nexus that was there all the time is asked: when nothing is pending for it,
   * there was nothing.
   */
  async wasUnharmedSince(since: Instant, sense: SenseData): Promise<boolean> {
    if (sense.code !== AdditionalSense.powerOnOrReset) return false;
    return (await this.#witness((path) => path.quietSince < since)) !== undefined;
  }

  // ------------------------------------------------------------------------------------------------------------ commands

  #newSlot(): Relay {
    const relay = new Relay((ended) => this.#ended(ended));
    this.#slots.push(relay);
    return relay;
  }

  #dispatch(relay: Relay, but?: Path): void {
    const path = this.#wayFor(relay, but);
    if (path === undefined) this.#wait(relay);
    else this.#send(relay, path);
  }

  /** The path for a command; undefined when it has to wait. */
  #wayFor(relay: Relay, but: Path | undefined): Path | undefined {
    const [first] = this.#paths;
    if (first === undefined) return undefined;
    if (relay.writes && this.#paths.length > 1) {
      const way = this.#order.wayOf(relay);
      if (way === "wait") return undefined;
      if (way !== "free" && way !== but) return way;
    }
    const best = this.#selector.next(relay.bytes, but);
    if (best !== undefined) return best;
    // What a sole path has at its end while it is asked is for its user to doubt, who hears of every reset.
    return this.#paths.length === 1 && first.state === "unchecked" ? first : this.#shelter();
  }

  /** Where commands wait for the first connection that comes back; undefined while there is one, on which they cannot go. */
  #shelter(): Path | undefined {
    return this.#paths.every(({ state }) => state === "down") ? this.#paths[0] : undefined;
  }

  #send(relay: Relay, path: Path): void {
    relay.path = path;
    relay.attempts += 1;
    relay.inner.lun = path.lun;
    path.counters.commands += 1;
    path.counters.bytes += relay.bytes;
    path.port.execute(relay.inner);
  }

  #wait(relay: Relay): void {
    relay.path = undefined;
    // Those that come back to waiting are older than those that came to it.
    const at = this.#waiting.findIndex(({ order }) => order > relay.order);
    this.#waiting.splice(at === -1 ? this.#waiting.length : at, 0, relay);
    if (this.#paths.length === 0) queueMicrotask(() => this.#failWaiting("closed", "no path to the logical unit is left"));
    this.#setTimers();
  }

  #ended(relay: Relay): void {
    const { inner, path } = relay;
    if (path === undefined) return;
    if (relay.canceled) this.#finish(relay);
    else if (inner.failure !== undefined) this.#failed(relay, path, inner.failure);
    else if (inner.status === ScsiStatus.checkCondition) this.#checked(relay, path);
    else this.#finish(relay);
  }

  /** The road failed: over another one, when there is one and the command bears that. */
  #failed(relay: Relay, path: Path, { reason, mayHaveExecuted }: ScsiTransportError): void {
    const wanted = reason === "reset" || (reason === "aborted" && !relay.moving);
    const bears = !wanted && (!mayHaveExecuted || isRepeatable(relay.inner.cdb));
    const elsewhere = this.#paths.some((other) => other !== path && (other.state === "up" || other.state === "unchecked"));
    if (bears && relay.moving) {
      this.#again(relay, path);
    } else if (bears && elsewhere && relay.attempts < maxAttempts) {
      if (mayHaveExecuted) this.#order.fear(relay, path, this.#count);
      this.#again(relay, path);
    } else {
      this.#finish(relay);
    }
  }

  #checked(relay: Relay, path: Path): void {
    const sense = parseSense(relay.inner.sense);
    if (sense?.key === SenseKey.unitAttention && !sense.deferred && path.unwatch === undefined) this.#onAttention(path, sense);
    const state = refusedFor(sense);
    const isUnmapped = sense?.key === SenseKey.illegalRequest && sense.code === AdditionalSense.logicalUnitNotSupported;
    if (state !== undefined) path.access = { state, preferred: path.access?.preferred ?? false };
    else if (isUnmapped && this.#paths.length > 1 && path.state === "up") path.state = "unchecked";
    else {
      this.#finish(relay);
      return;
    }
    // It was not executed, and waits until a port is good for it, but not for ever.
    const now = this.#options.clock.now();
    relay.refusedAt ??= now;
    if (now - relay.refusedAt > noAccessLimitMs) this.#finish(relay);
    else this.#again(relay, path);
    this.#rearrange();
    this.#askSoon(path, now);
  }

  #again(relay: Relay, but: Path): void {
    but.counters.moved += 1;
    relay.moving = false;
    relay.path = undefined;
    this.#dispatch(relay, but);
  }

  #finish(relay: Relay): void {
    const { inner, outer } = relay;
    if (outer === undefined) return;
    outer.status = inner.status;
    outer.sense = inner.sense;
    outer.residual = inner.residual;
    this.#release(relay, outer, inner.failure);
  }

  #endCanceled(relay: Relay, outer: ScsiCommand): void {
    const at = this.#waiting.indexOf(relay);
    if (at === -1 || relay.outer !== outer) return;
    this.#waiting.splice(at, 1);
    const mayHaveExecuted = relay.attempts > 0;
    this.#release(
      relay,
      outer,
      new ScsiTransportError("aborted", "the command was aborted while it waited for a path", { mayHaveExecuted }),
    );
  }

  #release(relay: Relay, outer: ScsiCommand, failure: ScsiTransportError | undefined): void {
    outer.failure = failure;
    outer.portState = undefined;
    this.#order.end(relay);
    relay.clear();
    this.#idle.push(relay);
    if (this.#waiting.length > 0) this.#sendWaiting();
    outer.done(outer);
  }

  // ------------------------------------------------------------------------------------------------------------ waiting

  /** Those that may go now go, oldest first. */
  #sendWaiting(): void {
    for (const relay of [...this.#waiting]) {
      if (relay.canceled || relay.path !== undefined) continue;
      const path = this.#wayFor(relay, undefined);
      if (path === undefined) continue;
      this.#waiting.splice(this.#waiting.indexOf(relay), 1);
      this.#send(relay, path);
    }
    this.#setTimers();
  }

  #failWaiting(reason: "closed" | "disconnected", message: string): void {
    for (const relay of this.#waiting.splice(0)) {
      const { outer, attempts } = relay;
      if (outer !== undefined) this.#release(relay, outer, new ScsiTransportError(reason, message, { mayHaveExecuted: attempts > 0 }));
    }
    this.#setTimers();
  }

  /** Somebody who waits may go on because time has passed: a ghost is not feared for ever, and a port may be good for I/O again without saying so. */
  #setTimers(): void {
    const { clock } = this.#options;
    const waits = this.#waiting.length > 0;
    const release = waits ? this.#order.nextRelease : undefined;
    if (release !== undefined && this.#wake === undefined) {
      this.#wake = clock.after(Math.max(0, release - clock.now()), () => {
        this.#wake = undefined;
        this.#sendWaiting();
      });
    }
    const stuck = waits && this.#selector.best.length === 0;
    if (!stuck) {
      this.#giveUp?.cancel();
      this.#giveUp = undefined;
    } else {
      this.#giveUp ??= clock.after(noAccessLimitMs, () => {
        this.#giveUp = undefined;
        this.#failWaiting("disconnected", `no path was good for I/O for ${noAccessLimitMs / 1000} s`);
      });
      this.#askLater();
    }
  }

  // ------------------------------------------------------------------------------------------------------------ what paths say

  /** Ranks are others than they were: commands on lost paths go over others, and those that wait may go. */
  #rearrange(): void {
    this.#selector.choose(this.#paths);
    if (this.#selector.best.length > 0) this.#evacuate();
    this.#sendWaiting();
    this.#options.onChange?.();
  }

  /** Takes commands from paths without a connection, where nothing but time passes; they come back as aborted, in their order, and are sent elsewhere. */
  #evacuate(): void {
    const stranded = this.#slots.filter(({ path, moving, outer }) => outer !== undefined && path?.state === "down" && !moving);
    for (const relay of stranded.sort((a, b) => a.order - b.order)) {
      const { path } = relay;
      if (path === undefined) continue;
      relay.moving = true;
      this.#order.fear(relay, path, this.#count);
      path.port.abort(relay.inner);
    }
  }

  #onAttention(path: Path, sense: SenseData): void {
    const event = unitEventOf(sense.code);
    if (event.kind === "reset" && event.cacheAtRisk) path.quietSince = this.#options.clock.now();
    // What is at its end may be another unit since: others are asked what this one was.
    const isDoubtful = event.kind === "reset" || event.kind === "description-changed" || event.kind === "luns-changed";
    if (isDoubtful && path.state === "up") {
      path.state = "unchecked";
      this.#rearrange();
    }
    if (isDoubtful || event.kind === "access-state-changed") this.#ask(path);
    for (const tell of [...this.#watchers]) tell(sense);
  }

  /** Asks a path who is there and what state its port is in; at most one such question is under way on each. */
  #ask(path: Path): void {
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
      if (again) this.#ask(path);
      else if (!answered) this.#askLater();
    });
  }

  /** True when there was an answer. `signal`: the connection that is asked is gone. */
  async #look(path: Path, signal: AbortSignal): Promise<boolean> {
    const onUnitAttention = (sense: SenseData): void => {
      if (path.unwatch === undefined) this.#onAttention(path, sense);
    };
    try {
      const unit = new LogicalUnit(path.port, path.lun, { clock: this.#options.clock, signal, onUnitAttention });
      const { identity, access } = await askPath(unit);
      const isSame = this.#options.isSame(identity);
      // Until nothing is pending for its nexus, nothing is known of its past.
      if (isSame && path.state === "unchecked") {
        await this.#hear(path);
        await this.#inherit(path);
      }
      // Something was said meanwhile that may be the reason for another answer.
      if (signal.aborted || path.asking === "again") return true;
      path.access = access;
      path.state = isSame ? "up" : "foreign";
      this.#rearrange();
      if (!isSame) this.#options.onForeign(path);
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
    for (const path of this.#paths) {
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
        if (parsed?.key === SenseKey.unitAttention && path.unwatch === undefined) this.#onAttention(path, parsed);
        resolve(parsed ?? "failed");
      });
      command.lun = path.lun;
      command.cdbLength = encodeTestUnitReady(command.cdb);
      command.timeoutMs = witnessTimeoutMs;
      signal.addEventListener("abort", giveUp, { once: true });
      path.port.execute(command);
    });
  }

  /** A port has refused a command: every one may have another state now. One that says it is good and refuses all the same is not asked without end. */
  #askSoon(path: Path, now: Instant): void {
    const isNews = now - path.refusedAt >= askAgainMs;
    path.refusedAt = now;
    if (isNews || now - this.#asked >= askAgainMs) this.#askAll(now);
    else this.#askLater();
  }

  #askLater(): void {
    const { clock } = this.#options;
    this.#poll ??= clock.after(askAgainMs, () => {
      this.#poll = undefined;
      this.#askAll(clock.now());
      if (this.#waiting.length > 0 && this.#selector.best.length === 0) this.#askLater();
    });
  }

  #askAll(now: Instant): void {
    this.#asked = now;
    for (const path of this.#paths) this.#ask(path);
  }

  #close(): void {
    this.#poll?.cancel();
    this.#wake?.cancel();
    this.#failWaiting("closed", "no path to the logical unit is left");
  }
}

/** A nexus that does not answer at once says nothing for the unit. */
const witnessTimeoutMs: Duration = 5000;
