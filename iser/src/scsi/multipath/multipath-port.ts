import type { Clock, Duration, Instant, Timer } from "kit/clock";
import { AdditionalSense } from "../additional-sense.ts";
import type { DiskIdentity } from "../disk/disk-identity.ts";
import {
  type InitiatorPort,
  type ScsiCommand,
  ScsiTransportError,
  type TaskManagementFunction,
  type TaskManagementOutcome,
} from "../initiator-port.ts";
import type { Lun } from "../lun.ts";
import { isRepeatable } from "../repeatable.ts";
import { parseSense, type SenseData, SenseKey } from "../sense.ts";
import { ScsiStatus } from "../status.ts";
import { refusedFor } from "./access.ts";
import { Path, type PathPlace } from "./path.ts";
import { PathInquiry } from "./path-inquiry.ts";
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

/**
 * Several paths to one logical unit as one initiator port: whoever uses it cannot tell how many there are.
 *
 * Commands go to the best paths in turn. One whose path is lost goes over another at once; only when no path has a connection does it wait in the session of one, as it would without this. A path that comes
 * back is asked first whether the same unit is still at its end. All of what the unit tells of itself, by whichever path, reaches everybody who watches.
 */
export class MultipathPort implements InitiatorPort {
  readonly #options: MultipathPortOptions;
  readonly #inquiry: PathInquiry;
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
  #wake: Timer | undefined = undefined;
  #giveUp: Timer | undefined = undefined;

  constructor(options: MultipathPortOptions) {
    this.#options = options;
    this.#inquiry = new PathInquiry({
      clock: options.clock,
      paths: () => this.#paths,
      isSame: options.isSame,
      onForeign: options.onForeign,
      onChange: () => this.#rearrange(),
      onAttention: (sense) => {
        for (const tell of [...this.#watchers]) tell(sense);
      },
      isAwaited: () => this.#waiting.length > 0 && this.#selector.best.length === 0,
    });
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
    path.unwatch = path.port.watch?.(path.lun, (sense) => this.#inquiry.attention(path, sense));
    this.#paths = [...this.#paths, path];
    this.#inquiry.ask(path);
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
      this.#inquiry.ask(path);
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

  /** Whether a path that was there all the time knows of no power on: then what was acknowledged before it is still there. */
  wasUnharmedSince(since: Instant, sense: SenseData): Promise<boolean> {
    return this.#inquiry.wasUnharmedSince(since, sense);
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
    if (sense?.key === SenseKey.unitAttention && !sense.deferred && path.unwatch === undefined) this.#inquiry.attention(path, sense);
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
    this.#inquiry.askSoon(path, now);
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
      this.#inquiry.askLater();
    }
  }

  // ------------------------------------------------------------------------------------------------------------ ranks that change

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

  #close(): void {
    this.#inquiry.close();
    this.#wake?.cancel();
    this.#wake = undefined;
    this.#failWaiting("closed", "no path to the logical unit is left");
  }
}
