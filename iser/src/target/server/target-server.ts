import type { Clock, Random } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import {
  type DatamoverCounters,
  defaultLoginPreferences,
  type LoginPreferences,
  type Portal,
  parsePortal,
  type TargetAuthentication,
  type TargetDatamover,
  TimedStream,
} from "#iscsi";
import { AdditionalSense, encodeSense, plainSense, SenseKey } from "#scsi";
import type { ConnectionEnding } from "../connection/connection-host.ts";
import { FirstByteStream } from "../connection/first-byte-stream.ts";
import { TargetConnection } from "../connection/target-connection.ts";
import type { PortGroupOptions } from "../device-server/index.ts";
import type { SessionConnection, TargetSession } from "../session/target-session.ts";
import { type AnnouncedPortal, PortalGroup } from "./portal-group.ts";
import { describeSession, type SessionDescription, type TargetEvent, type TargetStatistics } from "./target-event.ts";
import { defaultTargetLimits, type TargetLimits } from "./target-limits.ts";
import { defaultPortalGroupTag, TargetNode, type TargetNodeOptions } from "./target-node.ts";

export interface TargetServerOptions {
  readonly targets: readonly TargetNodeOptions[];
  readonly clock: Clock;
  /** Secrets rest on it: CHAP challenges are taken from here. */
  readonly random: Random;
  readonly limits?: Partial<TargetLimits>;
  /** What initiators may negotiate. Digests are accepted when they are offered unless this says otherwise. */
  readonly preferences?: Partial<LoginPreferences>;
  /** The portal groups, each of which is a target port of every target; one with the tag 1 unless given. */
  readonly portalGroups?: readonly PortGroupOptions[];
  /** What discovery sessions have to prove; nothing unless given. */
  readonly discoveryAuthentication?: TargetAuthentication;
  /** Hears of everything that happens. */
  readonly onEvent?: (event: TargetEvent) => void;
}

/** A datamover for one connection, and the byte stream under it. */
export interface StreamedDatamover {
  readonly datamover: TargetDatamover;
  readonly stream: ByteStreamCore;
}

/** Whoever offers a digest gets it, and nobody is asked to; unsolicited data is welcome, because it saves a round trip. */
const targetPreferences: LoginPreferences = {
  ...defaultLoginPreferences,
  headerDigest: ["None", "CRC32C"],
  dataDigest: ["None", "CRC32C"],
  initialR2T: false,
};

/**
 * A server of iSCSI targets without sockets: each stream that is handed to `accept` becomes a connection, and several connections at once share targets
 * and their disks. `startTarget` puts it behind ports; in one process an initiator's stream is its peer:
 *
 *     const mover = new TcpTargetDatamover();
 *     const stream = server.accept({ datamover: mover, stream: mover }, "in process");
 *     if (stream !== undefined) connectInProcess(initiatorStream, stream, clock);
 */
export class TargetServer {
  readonly limits: TargetLimits;
  readonly #clock: Clock;
  readonly #group: PortalGroup;
  readonly #listeners = new Set<(event: TargetEvent) => void>();
  readonly #connections = new Map<SessionConnection, TargetDatamover>();
  #closing: Promise<void> | undefined = undefined;
  #whenEmpty: (() => void) | undefined = undefined;
  readonly #counts = {
    connectionsAccepted: 0,
    connectionsTurnedAway: 0,
    loginsFailed: 0,
    protocolErrors: 0,
    bytesReceived: 0,
    bytesSent: 0,
  };

  constructor(options: TargetServerOptions) {
    this.limits = { ...defaultTargetLimits, ...options.limits };
    this.#clock = options.clock;
    this.#group = new PortalGroup(
      {
        nodes: options.targets.map((target) => new TargetNode(target, options.portalGroups)),
        random: options.random,
        limits: this.limits,
        preferences: { ...targetPreferences, ...options.preferences },
        discoveryAuthentication: options.discoveryAuthentication ?? { kind: "none" },
      },
      {
        onEvent: (event) => this.#tell(event),
        onConnectionEnded: (connection, ending) => this.#forget(connection, ending),
        onQuiet: () => this.#checkEmpty(),
      },
    );
    if (options.onEvent !== undefined) this.#listeners.add(options.onEvent);
  }

  /** A new connection from `peer`, which found us at `local` (`host:port`), in a portal group: what is to be given its bytes; undefined turns it away. */
  accept(
    { datamover, stream }: StreamedDatamover,
    peer: string,
    local?: string,
    portalGroupTag = defaultPortalGroupTag,
  ): ByteStreamCore | undefined {
    const why = this.#closing !== undefined ? "the target is closing" : this.#full;
    if (why !== undefined) {
      this.#counts.connectionsTurnedAway += 1;
      this.#tell({ event: "turned-away", peer, why });
      return undefined;
    }
    this.#counts.connectionsAccepted += 1;
    const connection = new TargetConnection(datamover, this.#group, peer, portalOf(local, portalGroupTag), portalGroupTag);
    this.#connections.set(connection, datamover);
    this.#tell({ event: "connected", peer });
    return datamover.transport === "tcp" ? new FirstByteStream(stream, connection) : new TimedStream(stream, connection);
  }

  /** What SendTargets says: these portals, and unless `exclusively` also the one where an initiator asked. With none, it goes on using that one. */
  announceAt(portals: readonly AnnouncedPortal[], options: { readonly exclusively: boolean }): void {
    this.#group.announceAt(portals, options);
  }

  /** The target of this name, to change its LUNs or where it redirects to. */
  target(name: string): TargetNode | undefined {
    return this.#group.node(name);
  }

  get targets(): readonly TargetNode[] {
    return this.#group.nodes;
  }

  get sessions(): readonly SessionDescription[] {
    return this.#group.sessions.map(describeSession);
  }

  get statistics(): TargetStatistics {
    const { sessions, sessionsOpened, rejects } = this.#group;
    const traffic = { bytesReceived: this.#counts.bytesReceived, bytesSent: this.#counts.bytesSent };
    for (const mover of this.#connections.values()) addTraffic(traffic, mover.counters);
    return {
      ...this.#counts,
      ...traffic,
      connections: this.#connections.size,
      sessions: sessions.length,
      sessionsOpened,
      rejects,
      commands: sum(sessions.map(({ tasks }) => tasks?.delivered ?? 0)) + this.#group.commands,
      outstandingCommands: sum(sessions.map(({ tasks }) => tasks?.outstanding ?? 0)),
    };
  }

  /** Calls `listener` with everything that happens, until the returned function is called. */
  subscribe(listener: (event: TargetEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Asks the initiators of these sessions (all, unless TSIHs are given) to log out within so many seconds; who does not is dropped (RFC 7143, 11.9, event 1). */
  requestLogout(withinS: number, tsihs?: readonly number[]): void {
    for (const { connection } of this.#chosen(tsihs)) connection.requestLogout(withinS, this.#clock.now());
  }

  /**
   * Tells the initiators of a target at once that its LUNs have changed (RFC 7143, 11.9, event 0). Without it they learn of it by a unit attention, when they send their
   * next command.
   */
  announceLunChange(targetName: string): void {
    const sense = encodeSense(plainSense(SenseKey.unitAttention, AdditionalSense.reportedLunsDataChanged), "fixed");
    for (const { connection } of this.#group.sessionsWith(targetName)) connection.reportScsiEvent(sense);
  }

  /** Ends sessions, telling their initiators when they may come back (RFC 7143, 11.9, event 3). */
  dropSessions(time2WaitS: number, tsihs?: readonly number[]): void {
    for (const { connection } of this.#chosen(tsihs)) connection.dropAfterWarning(time2WaitS, 0, "the target was asked to");
  }

  /** Ends everything; resolves when initiators took their last PDUs and no disk is used any more, or after `limits.closeMs`. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  // ---------------------------------------------------------------------------------------------------------------------- inside

  get #full(): string | undefined {
    return this.#connections.size >= this.limits.maxConnections ? `there are ${this.limits.maxConnections} connections already` : undefined;
  }

  #forget(connection: SessionConnection, ending: ConnectionEnding): void {
    const mover = this.#connections.get(connection);
    this.#connections.delete(connection);
    if (mover !== undefined) addTraffic(this.#counts, mover.counters);
    if (ending.kind === "login-failed") this.#counts.loginsFailed += 1;
    if (ending.kind === "failed") this.#counts.protocolErrors += 1;
    this.#tell({ event: "disconnected", peer: connection.peer, ending });
    this.#checkEmpty();
  }

  #chosen(tsihs: readonly number[] | undefined): readonly TargetSession[] {
    const { sessions } = this.#group;
    return tsihs === undefined ? sessions : sessions.filter(({ tsih }) => tsihs.includes(tsih));
  }

  #shutDown(): Promise<void> {
    return new Promise((resolve) => {
      const giveUp = this.#clock.after(this.limits.closeMs, resolve, { background: true });
      this.#whenEmpty = () => {
        giveUp.cancel();
        resolve();
      };
      for (const connection of [...this.#connections.keys()]) connection.dropAfterWarning(0, 0, "the target is closing");
      this.#checkEmpty();
    });
  }

  #checkEmpty(): void {
    if (this.#connections.size === 0 && this.#group.isQuiet) this.#whenEmpty?.();
  }

  #tell(event: TargetEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** An IPv4 address that reached us through an IPv6 socket is an IPv4 address to everybody else. */
function portalOf(local: string | undefined, groupTag: number): Portal | undefined {
  if (local === undefined) return undefined;
  const portal = parsePortal(local);
  return { ...portal, groupTag, host: portal.host.replace(/^::ffff:(?=\d+\.)/i, "") };
}

function addTraffic(total: { bytesReceived: number; bytesSent: number }, counters: DatamoverCounters): void {
  total.bytesReceived += counters.bytesReceived;
  total.bytesSent += counters.bytesSent;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
