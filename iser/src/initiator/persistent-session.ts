import type { Clock, Duration, Instant, Random, Timer } from "kit/clock";
import {
  type ChapAlgorithm,
  type ConnectionEnd,
  InitiatorConnection,
  LoginError,
  type LoginOutcome,
  parsePortal,
  Session,
  type SessionEvent,
  TimedStream,
} from "#iscsi";
import { type Lun, type UnitEvent, unitEventOf } from "#scsi";
import type { TcpAddress } from "#socket";
import { loginFor } from "./login-options.ts";
import { defaultBackOff, ReconnectDelay } from "./reconnect-delay.ts";
import { defaultConnectTimeoutMs, defaultQueueTimeoutMs, type SessionConfiguration } from "./session-configuration.ts";
import type { Transport } from "./transport.ts";

/**
 * Where a session that is kept up stands.
 *
 * - `connecting`: a transport is being made, or a login is under way.
 * - `connected`: full feature phase.
 * - `waiting`: the last attempt failed; the next one comes by itself.
 * - `closed`: by its owner; nothing comes any more.
 */
export type PersistentSessionState = "connecting" | "connected" | "waiting" | "closed";

export interface PersistentSessionListener {
  /** State, failure reason or portal changed. */
  onChange?(): void;
  /** An attempt or a connection failed; the next attempt comes by itself unless the session is closed. Redirects are no failures. */
  onFailure?(failure: Error): void;
  onEvent?(event: SessionEvent): void;
  /** The target says that something is other than it was with one of its logical units, or with the list of them. */
  onUnitEvent?(lun: Lun, event: UnitEvent): void;
}

/** A connection that lived so long was one, whether or not there was anything to do. */
const soundMs: Duration = 10_000;

/** More redirects than this in a row, without a login, are a circle. */
const maxRedirects = 8;

/**
 * A session that comes back: it logs in, and logs in again whenever the connection is lost, with the same ISID, so that the target
 * reinstates the session (RFC 7143, 6.3.5). Unfinished commands wait meanwhile, and are sent again in their order.
 */
export class PersistentSession {
  /** The initiator port: commands go here, whatever the state. */
  readonly session: Session;
  readonly isid: Uint8Array;
  #configuration: SessionConfiguration;
  #transport: Transport;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #listener: PersistentSessionListener;
  readonly #delay: ReconnectDelay;
  #state: PersistentSessionState = "connecting";
  #failure: Error | undefined = undefined;
  /** Where the target said it lives, for good. */
  #home: TcpAddress;
  #portal: TcpAddress;
  #redirects = 0;
  /** Its owner wants it away for the time being. */
  #suspended = false;
  #algorithms: readonly ChapAlgorithm[] | undefined = undefined;
  #connection: InitiatorConnection | undefined = undefined;
  #connectedAt: Instant | undefined = undefined;
  #retry: Timer | undefined = undefined;
  /** Set while commands may have waited since before the last login: a target may log us in again and again, and never answer a command. */
  #giveUp: Timer | undefined = undefined;
  /** It ran out on a connection that may prove as useless as those before. */
  #isOverdue = false;
  /** Commands that were done when it was set. */
  #doneBefore = 0;
  readonly #abandon = new AbortController();
  readonly #closers: (() => void)[] = [];
  /** Logins that succeeded. */
  logins = 0;

  constructor(
    configuration: SessionConfiguration,
    parts: { readonly transport: Transport; readonly clock: Clock; readonly random: Random },
    listener: PersistentSessionListener = {},
  ) {
    this.#configuration = configuration;
    this.#transport = parts.transport;
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#listener = listener;
    this.isid = configuration.isid ?? randomIsid(parts.random);
    this.#home = configuration.portal;
    this.#portal = configuration.portal;
    this.#delay = new ReconnectDelay({ ...defaultBackOff, ...configuration.backOff }, parts.random);
    this.session = new Session(configuration.limits, {
      onLoggedIn: () => this.#onLoggedIn(),
      onEnded: (end) => this.#onEnded(end),
      onEvent: (event) => this.#listener.onEvent?.(event),
      onUnitAttention: (lun, sense) => this.#listener.onUnitEvent?.(lun, unitEventOf(sense.code)),
    });
    this.session.failOnDisconnection = configuration.failOnDisconnection === true;
    this.#connect();
  }

  get configuration(): SessionConfiguration {
    return this.#configuration;
  }

  get state(): PersistentSessionState {
    return this.#state;
  }

  /** Why the last attempt or connection failed; undefined while connected. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** The failure in the few words that a list of sessions has room for. */
  get failureReason(): string | undefined {
    const failure = this.#failure;
    return failure instanceof LoginError ? failure.reason : failure?.message;
  }

  /** Where the current or next connection goes; differs from the configured portal after a redirect. */
  get portal(): TcpAddress {
    return this.#portal;
  }

  /** What the current login agreed on. */
  get outcome(): LoginOutcome | undefined {
    return this.session.outcome;
  }

  get connection(): InitiatorConnection | undefined {
    return this.#connection;
  }

  /** Drops the connection and logs in again at once. */
  reconnect(): void {
    if (this.#state === "connected") this.#connection?.logout();
    else if (this.#state === "waiting") {
      this.#retry?.cancel();
      this.#connect();
    }
  }

  /** Goes on under another configuration of the same target: logs out if need be, and in anew. The ISID stays, and commands wait meanwhile. */
  reconfigure(configuration: SessionConfiguration, transport: Transport = this.#transport): void {
    if (this.#state === "closed") return;
    this.#configuration = configuration;
    this.#transport = transport;
    this.session.failOnDisconnection = configuration.failOnDisconnection === true;
    this.#home = configuration.portal;
    this.#portal = configuration.portal;
    this.#redirects = 0;
    this.#algorithms = undefined;
    this.#failure = undefined;
    this.#suspended = false;
    if (this.#connection !== undefined) this.#connection.logout();
    else {
      this.#retry?.cancel();
      this.#connect();
    }
  }

  /** Logs out and stays away until `reconfigure`; commands wait, as they do for a lost connection. */
  suspend(): void {
    if (this.#state === "closed" || this.#suspended) return;
    this.#suspended = true;
    this.#failure = undefined;
    this.#retry?.cancel();
    this.#connection?.logout();
    this.#listener.onChange?.();
  }

  /** Logs out and ends: commands that wait or are outstanding fail. `done` when nothing of it is left. */
  close(done: () => void): void {
    if (this.#state === "closed" && this.#connection === undefined) {
      done();
      return;
    }
    this.#closers.push(done);
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#retry?.cancel();
    this.#giveUp?.cancel();
    this.session.close("the session was closed");
    if (this.#connection === undefined) this.#closed();
    else {
      this.#connection.logout();
      this.#abandon.abort();
    }
    this.#listener.onChange?.();
  }

  // ---------------------------------------------------------------------------------------------------------------- one connection after another

  #connect(): void {
    this.#retry = undefined;
    this.#connectedAt = undefined;
    this.#state = "connecting";
    const { datamover, stream } = this.#transport.createDatamover();
    const login = loginFor(this.#configuration, this.isid, datamover.transport, this.#algorithms, this.#random);
    const connection = new InitiatorConnection(datamover, login, this.session, this.configuration.timeouts);
    this.#connection = connection;
    this.#transport.connect(new TimedStream(stream, connection), this.#portal, {
      connectTimeoutMs: this.configuration.connectTimeoutMs ?? defaultConnectTimeoutMs,
      signal: this.#abandon.signal,
    });
  }

  #onLoggedIn(): void {
    this.#state = "connected";
    this.#failure = undefined;
    this.#redirects = 0;
    this.#connectedAt = this.#clock.now();
    this.logins += 1;
    this.#listener.onChange?.();
  }

  #onEnded(end: ConnectionEnd): void {
    this.#connection = undefined;
    if (this.#state === "closed") {
      this.#closed();
      return;
    }
    const livedMs = this.#livedMs;
    if (this.#hasServed) {
      this.#giveUp?.cancel();
      this.#giveUp = undefined;
      this.#isOverdue = false;
    }
    switch (end.kind) {
      case "redirected":
        this.#follow(end.address, end.permanent);
        break;
      case "retry-login":
        this.#algorithms = end.algorithms;
        this.#wait(0);
        break;
      case "logged-out":
        this.#wait(0);
        break;
      case "dropped":
        this.#fail(new Error(droppedMessage(end.waitS)), livedMs, end.waitS * 1000);
        break;
      case "login-failed":
      case "failed":
      case "lost":
        this.#fail(end.error, livedMs);
        break;
    }
    this.#listener.onChange?.();
  }

  /** For how long the connection has been logged in, or was. */
  get #livedMs(): Duration {
    return this.#connectedAt === undefined ? 0 : this.#clock.now() - this.#connectedAt;
  }

  /** Whether there was a connection worth the name since the waiting began. */
  get #hasServed(): boolean {
    return this.session.commandsDone !== this.#doneBefore || this.#livedMs >= soundMs;
  }

  #follow(address: string, permanent: boolean): void {
    this.#redirects += 1;
    if (this.#redirects > maxRedirects) {
      this.#redirects = 0;
      this.#fail(new Error(`the target redirected ${maxRedirects} times in a row, last to ${address}`), 0);
      return;
    }
    try {
      const { host, port } = parsePortal(address);
      this.#portal = { ...this.#home, host, port };
      if (permanent) this.#home = this.#portal;
      this.#wait(0);
    } catch (error) {
      this.#fail(new Error(`the target redirected to an address that is none: ${(error as Error).message}`), 0);
    }
  }

  /** The next attempt goes to where the target lives, wherever the last one was sent. */
  #fail(failure: Error, livedMs: number, atLeastMs = 0): void {
    this.#failure = this.#suspended ? undefined : failure;
    this.#portal = this.#home;
    this.#wait(Math.max(atLeastMs, this.#delay.next(livedMs)));
    this.#listener.onFailure?.(failure);
  }

  #wait(delayMs: number): void {
    this.#state = "waiting";
    if (!this.#suspended) this.#retry = this.#clock.after(delayMs, () => this.#connect());
    const limit = this.configuration.queueTimeoutMs ?? defaultQueueTimeoutMs;
    if (this.#isOverdue) this.#failWaiting(limit);
    else if (limit > 0 && this.#giveUp === undefined) this.#giveUpAfter(limit, limit);
  }

  #giveUpAfter(ms: Duration, limitMs: Duration): void {
    this.#doneBefore = this.session.commandsDone;
    this.#giveUp = this.#clock.after(ms, () => this.#failWaiting(limitMs));
  }

  /** Nothing came back in time: those who wait get an error now, later ones when they have waited as long. */
  #failWaiting(limitMs: Duration): void {
    this.#giveUp = undefined;
    this.#isOverdue = false;
    if (this.#state === "connected") {
      this.#isOverdue = true;
      return;
    }
    const reason = this.#failure === undefined ? "" : `: ${this.#failure.message}`;
    this.session.failQueued(`no connection to ${this.configuration.targetName} for ${limitMs / 1000} s${reason}`);
    if (this.#state !== "closed") this.#giveUpAfter(limitMs, limitMs);
  }

  #closed(): void {
    for (const done of this.#closers.splice(0)) done();
  }
}

function droppedMessage(waitS: number): string {
  return `the target asked for the connection to be closed${waitS > 0 ? `, and for ${waitS} s without another` : ""}`;
}

/** A random ISID (RFC 7143, 11.12.5: type 10b, 24 random bits and a 16-bit qualifier). */
function randomIsid(random: Random): Uint8Array {
  const isid = random.bytes(6);
  isid[0] = 0x80;
  return isid;
}
