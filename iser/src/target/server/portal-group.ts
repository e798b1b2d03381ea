import type { Random } from "kit/clock";
import {
  type DiscoveredTarget,
  type LoginPreferences,
  LoginStatus,
  LoginTarget,
  type LoginTargetOutcome,
  opcodeName,
  type Portal,
  rejectReasonName,
  type TargetAuthentication,
  type TargetDatamover,
  type TextPair,
  type TransportKind,
} from "#iscsi";
import type { ConnectionEnding, ConnectionHost } from "../connection/connection-host.ts";
import type { RejectReasonCode } from "../connection/gate.ts";
import { answerText } from "../connection/text-answers.ts";
import { type SessionConnection, type SessionDevice, TargetSession } from "../session/target-session.ts";
import { isSameName, isSameNexus, SessionRegistry } from "./session-registry.ts";
import { describeSession, type TargetEvent } from "./target-event.ts";
import type { TargetLimits } from "./target-limits.ts";
import { defaultPortalGroupTag, type TargetNode } from "./target-node.ts";

/** A portal that SendTargets tells of, with the tag of its group: to whoever came by the same transport, or without one, to everybody. */
export type AnnouncedPortal = Portal & { readonly transport?: TransportKind };

export interface PortalGroupOptions {
  readonly nodes: readonly TargetNode[];
  readonly random: Random;
  readonly limits: TargetLimits;
  readonly preferences: LoginPreferences;
  readonly discoveryAuthentication: TargetAuthentication;
}

/** What the owner of a portal group hears. */
export interface PortalGroupListener {
  onEvent(event: TargetEvent): void;
  /** Nothing of the connection is left but, perhaps, commands that are still becoming quiet. */
  onConnectionEnded(connection: SessionConnection, ending: ConnectionEnding): void;
  /** No session is ending any more: nothing that is over can reach a disk. */
  onQuiet(): void;
}

/**
 * The portals of a server, taken together: which targets are behind them, who may log in, and the sessions that there are. A session belongs to the portal group that it came by (RFC 7143, 4.2.5),
 * not to one portal.
 */
export class PortalGroup implements ConnectionHost {
  readonly limits: TargetLimits;
  sessionsOpened = 0;
  rejects = 0;
  /** Of sessions that are over. */
  commands = 0;
  readonly #nodes: ReadonlyMap<string, TargetNode>;
  readonly #random: Random;
  readonly #preferences: LoginPreferences;
  readonly #discoveryAuthentication: TargetAuthentication;
  readonly #listener: PortalGroupListener;
  readonly #registry: SessionRegistry;
  #portals: readonly AnnouncedPortal[] = [];
  #exclusively = false;
  /** Sessions that are over, with commands that are still on their way to a disk; and who waits for them. */
  readonly #ending = new Map<TargetSession, (() => void)[]>();

  /** Throws RangeError when two targets have one name. */
  constructor(options: PortalGroupOptions, listener: PortalGroupListener) {
    this.limits = options.limits;
    this.#nodes = new Map(options.nodes.map((node) => [node.name.toLowerCase(), node]));
    if (this.#nodes.size < options.nodes.length) throw new RangeError("two targets have one name");
    this.#random = options.random;
    this.#preferences = options.preferences;
    this.#discoveryAuthentication = options.discoveryAuthentication;
    this.#listener = listener;
    this.#registry = new SessionRegistry(options.limits.maxSessions);
  }

  node(name: string): TargetNode | undefined {
    return this.#nodes.get(name.toLowerCase());
  }

  get nodes(): readonly TargetNode[] {
    return [...this.#nodes.values()];
  }

  get sessions(): readonly TargetSession[] {
    return this.#registry.all;
  }

  sessionsWith(targetName: string | undefined): readonly TargetSession[] {
    return this.sessions.filter(({ identity }) => isSameName(identity.targetName, targetName));
  }

  /** No session is ending. */
  get isQuiet(): boolean {
    return this.#ending.size === 0;
  }

  announceAt(portals: readonly AnnouncedPortal[], { exclusively }: { readonly exclusively: boolean }): void {
    this.#portals = portals;
    this.#exclusively = exclusively;
  }

  // -------------------------------------------------------------------------------------------------------------- ConnectionHost

  makeLogin(transport: TransportKind, portalGroupTag: number): LoginTarget {
    return new LoginTarget({
      transport,
      preferences: this.#preferences,
      random: this.#random,
      lookup: (targetName, initiatorName) => {
        const node = this.node(targetName);
        if (node === undefined || node.admits(initiatorName)) return node?.infoAt(portalGroupTag);
        return LoginStatus.authorizationFailure;
      },
      discovery: { authentication: this.#discoveryAuthentication },
      admit: (identity) => {
        return this.#registry.admit({ identity, portalGroupTag: identity.sessionType === "normal" ? portalGroupTag : undefined });
      },
    });
  }

  openSession(outcome: LoginTargetOutcome, cmdSn: number, connection: SessionConnection, mover: TargetDatamover): TargetSession {
    const continued = outcome.identity.requestedTsih === 0 ? undefined : this.#registry.withTsih(outcome.tsih);
    if (continued !== undefined) return this.#continue(continued, connection, mover);
    const predecessor = this.#registry.predecessor(outcome);
    if (predecessor !== undefined) {
      this.#endSession(predecessor);
      predecessor.connection.drop("the initiator opened the session anew");
    }
    const session = new TargetSession(
      outcome.tsih,
      outcome.identity,
      outcome.portalGroupTag,
      cmdSn,
      this.limits.queueDepth,
      connection,
      mover,
      this.#openDevice(outcome),
    );
    this.#letPredecessorsFinish(session);
    this.#registry.add(session);
    this.sessionsOpened += 1;
    this.#listener.onEvent({ event: "session-opened", session: describeSession(session) });
    return session;
  }

  answerText(pairs: readonly TextPair[], session: TargetSession, declare: (maxRecvDataSegmentLength: number) => void): Uint8Array {
    return answerText(pairs, {
      sendTargets: (which) => this.#sendTargets(which, session),
      declareMaxRecvDataSegmentLength: declare,
    });
  }

  afterColdReset({ identity }: TargetSession): void {
    for (const session of this.sessionsWith(identity.targetName)) session.connection.dropAfterWarning(0, 0, "the target was reset");
  }

  onReject({ peer }: SessionConnection, reason: RejectReasonCode, opcode: number): void {
    this.rejects += 1;
    this.#listener.onEvent({ event: "rejected", peer, opcode: opcodeName(opcode), reason: rejectReasonName(reason) });
  }

  onConnectionEnded(connection: SessionConnection, session: TargetSession | undefined, ending: ConnectionEnding): void {
    if (session?.connection === connection) this.#endSession(session);
    this.#listener.onConnectionEnded(connection, ending);
  }

  // ---------------------------------------------------------------------------------------------------------------------- inside

  #continue(session: TargetSession, connection: SessionConnection, mover: TargetDatamover): TargetSession {
    const old = session.connection;
    session.continueOn(connection, mover);
    old.drop("the initiator continued the session on another connection");
    this.#listener.onEvent({ event: "session-continued", session: describeSession(session) });
    return session;
  }

  #openDevice({ identity, portalGroupTag = defaultPortalGroupTag }: LoginTargetOutcome): SessionDevice | undefined {
    const node = identity.sessionType === "normal" ? this.node(identity.targetName ?? "") : undefined;
    if (node === undefined) return undefined;
    const nexus = node.device.openNexus({ initiatorName: identity.initiatorName.toLowerCase(), isid: identity.isid, portalGroupTag });
    return { router: node.device, nexus, memory: node.memory };
  }

  /**
   * What older sessions of the same nexus left on its way to a disk must not arrive behind what the new one writes: a session that lost its connection was over before the new one came, and its
   * writes may be under way still.
   */
  #letPredecessorsFinish(session: TargetSession): void {
    let left = 0;
    const quiet = (): void => {
      left -= 1;
      if (left === 0) session.order.resume();
    };
    for (const [ending, waiting] of this.#ending) {
      if (!isSameNexus(ending, session)) continue;
      left += 1;
      waiting.push(quiet);
    }
    if (left > 0) session.order.pause();
  }

  #endSession(session: TargetSession): void {
    if (session.ended) return;
    this.#registry.remove(session);
    this.commands += session.tasks?.delivered ?? 0;
    const waiting: (() => void)[] = [];
    this.#ending.set(session, waiting);
    session.end(() => {
      this.#ending.delete(session);
      for (const quiet of waiting) quiet();
      if (this.isQuiet) this.#listener.onQuiet();
    });
    this.#listener.onEvent({ event: "session-closed", session: describeSession(session) });
  }

  /** RFC 7143, appendix C: everything in a discovery session, the session's own target in a normal one. */
  #sendTargets(which: string, { identity, connection }: TargetSession): readonly DiscoveredTarget[] | undefined {
    const own = identity.targetName;
    if (identity.sessionType === "normal" && which !== "" && this.node(which) !== this.node(own ?? "")) return undefined;
    if (identity.sessionType === "discovery" && which === "") return undefined;
    const named = which === "All" ? this.nodes : [this.node(which === "" ? (own ?? "") : which)];
    const portals = this.#portalsFor(connection);
    return named.filter((node) => node?.admits(identity.initiatorName) === true).map((node) => ({ name: node?.name ?? "", portals }));
  }

  #portalsFor({ portal, transport }: SessionConnection): readonly Portal[] {
    const portals = this.#portals.filter((announced) => (announced.transport ?? transport) === transport);
    const known =
      portal === undefined || this.#exclusively || portals.some(({ host, port }) => host === portal.host && port === portal.port);
    return known ? portals : [portal, ...portals];
  }
}
