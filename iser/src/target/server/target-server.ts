import type { Clock, Random } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import {
  type DatamoverCounters,
  type DiscoveredTarget,
  defaultLoginPreferences,
  type LoginPreferences,
  LoginStatus,
  LoginTarget,
  type LoginTargetOutcome,
  opcodeName,
  type Portal,
  parsePortal,
  rejectReasonName,
  type TargetAuthentication,
  type TargetDatamover,
  type TextPair,
  TimedStream,
  type TransportKind,
} from "#iscsi";
import { AdditionalSense, encodeSense, plainSense, SenseKey } from "#scsi";
import type { ConnectionEnding, ConnectionHost } from "../connection/connection-host.ts";
import type { RejectReasonCode } from "../connection/gate.ts";
import { TargetConnection } from "../connection/target-connection.ts";
import { answerText } from "../connection/text-answers.ts";
import { type SessionConnection, type SessionDevice, TargetSession } from "../session/target-session.ts";
import { isSameName, SessionRegistry } from "./session-registry.ts";
import type { SessionDescription, TargetEvent, TargetStatistics } from "./target-event.ts";
import { defaultTargetLimits, type TargetLimits } from "./target-limits.ts";
import { portalGroupTag, TargetNode, type TargetNodeOptions } from "./target-node.ts";

export interface TargetServerOptions {
  readonly targets: readonly TargetNodeOptions[];
  readonly clock: Clock;
  /** Secrets rest on it: CHAP challenges are taken from here. */
  readonly random: Random;
  readonly limits?: Partial<TargetLimits>;
  /** What initiators may negotiate. Digests are accepted when they are offered unless this says otherwise. */
  readonly preferences?: Partial<LoginPreferences>;
  /** What discovery sessions have to prove; nothing unless given. */
  readonly discoveryAuthentication?: TargetAuthentication;
  /** Hears of everything that happens. */
  readonly onEvent?: (event: TargetEvent) => void;
}

/** A datamover that is also the stream it works on. */
export type StreamedDatamover = TargetDatamover & ByteStreamCore;

/** Whoever offers a digest gets it, and nobody is asked to; unsolicited data is welcome, because it saves a round trip. */
const targetPreferences: LoginPreferences = {
  ...defaultLoginPreferences,
  headerDigest: ["None", "CRC32C"],
  dataDigest: ["None", "CRC32C"],
  initialR2T: false,
};

/**
 * A server of iSCSI targets without sockets: each stream that is handed to `accept` becomes a connection, and several connections at once share targets and their disks.
 */
export class TargetServer implements ConnectionHost {
  readonly limits: TargetLimits;
  #portals: readonly Portal[] = [];
  #exclusively = false;
  readonly #nodes: ReadonlyMap<string, TargetNode>;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #preferences: LoginPreferences;
  readonly #discoveryAuthentication: TargetAuthentication;
  readonly #listeners = new Set<(event: TargetEvent) => void>();
  readonly #registry: SessionRegistry;
  readonly #connections = new Map<SessionConnection, TargetDatamover>();
  #endingSessions = 0;
  #closing: Promise<void> | undefined = undefined;
  #whenEmpty: (() => void) | undefined = undefined;
  readonly #counts = {
    connectionsAccepted: 0,
    connectionsTurnedAway: 0,
    sessionsOpened: 0,
    loginsFailed: 0,
    protocolErrors: 0,
    rejects: 0,
    commands: 0,
    bytesReceived: 0,
    bytesSent: 0,
  };

  constructor(options: TargetServerOptions) {
    this.limits = { ...defaultTargetLimits, ...options.limits };
    this.#nodes = new Map(options.targets.map((target) => [target.name.toLowerCase(), new TargetNode(target)]));
    if (this.#nodes.size < options.targets.length) throw new RangeError("two targets have one name");
    this.#clock = options.clock;
    this.#random = options.random;
    this.#preferences = { ...targetPreferences, ...options.preferences };
    this.#discoveryAuthentication = options.discoveryAuthentication ?? { kind: "none" };
    this.#registry = new SessionRegistry(Math.min(this.limits.maxSessions, 0xffff));
    if (options.onEvent !== undefined) this.#listeners.add(options.onEvent);
  }

  /** A new connection from `peer`, which found us at `local` (`host:port`): what is to be given its bytes; undefined turns it away. */
  accept(mover: StreamedDatamover, peer: string, local?: string): ByteStreamCore | undefined {
    const why = this.#closing !== undefined ? "the target is closing" : this.#full;
    if (why !== undefined) {
      this.#counts.connectionsTurnedAway += 1;
      this.#tell({ event: "turned-away", peer, why });
      return undefined;
    }
    this.#counts.connectionsAccepted += 1;
    const connection = new TargetConnection(mover, this, peer, portalOf(local));
    this.#connections.set(connection, mover);
    this.#tell({ event: "connected", peer });
    return new TimedStream(mover, connection);
  }

  /** What SendTargets says: these portals, and unless `exclusively` also the one where an initiator asked. With none, it goes on using that one. */
  announceAt(portals: readonly Portal[], options: { readonly exclusively: boolean }): void {
    this.#portals = portals;
    this.#exclusively = options.exclusively;
  }

  /** The target of this name, to change its LUNs or where it redirects to. */
  target(name: string): TargetNode | undefined {
    return this.#nodes.get(name.toLowerCase());
  }

  get targets(): readonly TargetNode[] {
    return [...this.#nodes.values()];
  }

  get sessions(): readonly SessionDescription[] {
    return this.#registry.all.map(describe);
  }

  get statistics(): TargetStatistics {
    const total = { ...this.#counts };
    let outstandingCommands = 0;
    for (const mover of this.#connections.values()) addTraffic(total, mover.counters);
    for (const { tasks } of this.#registry.all) {
      total.commands += tasks?.delivered ?? 0;
      outstandingCommands += tasks?.outstanding ?? 0;
    }
    return { ...total, connections: this.#connections.size, sessions: this.#registry.size, outstandingCommands };
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
    for (const { identity, connection } of this.#registry.all) {
      if (isSameName(identity.targetName, targetName)) connection.reportScsiEvent(sense);
    }
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

  // -------------------------------------------------------------------------------------------------------------- ConnectionHost

  makeLogin(transport: TransportKind): LoginTarget {
    return new LoginTarget({
      transport,
      preferences: this.#preferences,
      random: this.#random,
      lookup: (targetName, initiatorName) => {
        const node = this.target(targetName);
        if (node === undefined || node.admits(initiatorName)) return node?.info;
        return LoginStatus.authorizationFailure;
      },
      discovery: { authentication: this.#discoveryAuthentication },
      admit: (identity) => this.#registry.admit(identity),
    });
  }

  openSession(outcome: LoginTargetOutcome, cmdSn: number, connection: SessionConnection, mover: TargetDatamover): TargetSession {
    const continued = outcome.identity.requestedTsih === 0 ? undefined : this.#registry.withTsih(outcome.tsih);
    if (continued !== undefined) return this.#continue(continued, connection, mover);
    const predecessor = this.#registry.predecessor(outcome.identity);
    let quiet = true;
    let session: TargetSession | undefined;
    if (predecessor !== undefined) {
      quiet = false;
      this.#endSession(predecessor, () => {
        quiet = true;
        session?.order.resume();
      });
      predecessor.connection.drop("the initiator opened the session anew");
    }
    session = new TargetSession(
      outcome.tsih,
      outcome.identity,
      cmdSn,
      this.limits.queueDepth,
      connection,
      mover,
      this.#openDevice(outcome),
    );
    // What the old session left on its way to a disk must not arrive behind what the new one writes.
    if (!quiet) session.order.pause();
    this.#registry.add(session);
    this.#counts.sessionsOpened += 1;
    this.#tell({ event: "session-opened", session: describe(session) });
    return session;
  }

  answerText(pairs: readonly TextPair[], session: TargetSession, declare: (maxRecvDataSegmentLength: number) => void): Uint8Array {
    return answerText(pairs, {
      sendTargets: (which) => this.#sendTargets(which, session),
      declareMaxRecvDataSegmentLength: declare,
    });
  }

  afterColdReset({ identity }: TargetSession): void {
    for (const session of this.#registry.all) {
      if (isSameName(session.identity.targetName, identity.targetName)) session.connection.dropAfterWarning(0, 0, "the target was reset");
    }
  }

  onReject({ peer }: SessionConnection, reason: RejectReasonCode, opcode: number): void {
    this.#counts.rejects += 1;
    this.#tell({ event: "rejected", peer, opcode: opcodeName(opcode), reason: rejectReasonName(reason) });
  }

  onConnectionEnded(connection: SessionConnection, session: TargetSession | undefined, ending: ConnectionEnding): void {
    const mover = this.#connections.get(connection);
    this.#connections.delete(connection);
    if (mover !== undefined) addTraffic(this.#counts, mover.counters);
    if (ending.kind === "login-failed") this.#counts.loginsFailed += 1;
    if (ending.kind === "failed") this.#counts.protocolErrors += 1;
    if (session?.connection === connection) this.#endSession(session, () => undefined);
    this.#tell({ event: "disconnected", peer: connection.peer, ending });
    this.#checkEmpty();
  }

  // ---------------------------------------------------------------------------------------------------------------------- inside

  get #full(): string | undefined {
    return this.#connections.size >= this.limits.maxConnections ? `there are ${this.limits.maxConnections} connections already` : undefined;
  }

  #continue(session: TargetSession, connection: SessionConnection, mover: TargetDatamover): TargetSession {
    const old = session.connection;
    session.continueOn(connection, mover);
    old.drop("the initiator continued the session on another connection");
    this.#tell({ event: "session-continued", session: describe(session) });
    return session;
  }

  #openDevice({ identity }: LoginTargetOutcome): SessionDevice | undefined {
    const node = identity.sessionType === "normal" ? this.target(identity.targetName ?? "") : undefined;
    if (node === undefined) return undefined;
    const nexus = node.device.openNexus({ initiatorName: identity.initiatorName.toLowerCase(), isid: identity.isid, portalGroupTag });
    return { router: node.device, nexus, memory: node.memory };
  }

  #endSession(session: TargetSession, quiet: () => void): void {
    if (session.ended) return;
    this.#registry.remove(session);
    this.#counts.commands += session.tasks?.delivered ?? 0;
    this.#endingSessions += 1;
    session.end(() => {
      this.#endingSessions -= 1;
      quiet();
      this.#checkEmpty();
    });
    this.#tell({ event: "session-closed", session: describe(session) });
  }

  /** RFC 7143, appendix C: everything in a discovery session, the session's own target in a normal one. */
  #sendTargets(which: string, { identity, connection }: TargetSession): readonly DiscoveredTarget[] | undefined {
    const own = identity.targetName;
    if (identity.sessionType === "normal" && which !== "" && this.target(which) !== this.target(own ?? "")) return undefined;
    if (identity.sessionType === "discovery" && which === "") return undefined;
    const named = which === "All" ? this.targets : [this.target(which === "" ? (own ?? "") : which)];
    const portals = this.#portalsFor(connection.portal);
    return named.filter((node) => node?.admits(identity.initiatorName) === true).map((node) => ({ name: node?.name ?? "", portals }));
  }

  #portalsFor(portal: Portal | undefined): readonly Portal[] {
    const known =
      portal === undefined || this.#exclusively || this.#portals.some(({ host, port }) => host === portal.host && port === portal.port);
    return known ? this.#portals : [portal, ...this.#portals];
  }

  #chosen(tsihs: readonly number[] | undefined): readonly TargetSession[] {
    const { all } = this.#registry;
    return tsihs === undefined ? all : all.filter(({ tsih }) => tsihs.includes(tsih));
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
    if (this.#connections.size === 0 && this.#endingSessions === 0) this.#whenEmpty?.();
  }

  #tell(event: TargetEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function describe({ tsih, identity, connection }: TargetSession): SessionDescription {
  const { sessionType, initiatorName, initiatorAlias, targetName, isid, user } = identity;
  return {
    tsih,
    sessionType,
    initiatorName,
    initiatorAlias,
    targetName,
    isid: Buffer.from(isid).toString("hex"),
    user,
    peer: connection.peer,
  };
}

/** An IPv4 address that reached us through an IPv6 socket is an IPv4 address to everybody else. */
function portalOf(local: string | undefined): Portal | undefined {
  if (local === undefined) return undefined;
  const portal = parsePortal(local);
  return { ...portal, host: portal.host.replace(/^::ffff:(?=\d+\.)/i, "") };
}

function addTraffic(total: { bytesReceived: number; bytesSent: number }, counters: DatamoverCounters): void {
  total.bytesReceived += counters.bytesReceived;
  total.bytesSent += counters.bytesSent;
}
