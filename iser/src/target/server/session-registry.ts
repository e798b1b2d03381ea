import { type LoginIdentity, LoginStatus } from "#iscsi";
import type { TargetSession } from "../session/target-session.ts";

/** Who logs in, and by which portal group: none for discovery. */
interface Arrival {
  readonly identity: LoginIdentity;
  readonly portalGroupTag: number | undefined;
}

const greatestTsih = 0xffff;

/** All sessions of a target server, and who may open one more. One connection makes a session. */
export class SessionRegistry {
  readonly #maxSessions: number;
  readonly #byTsih = new Map<number, TargetSession>();
  #lastTsih = 0;

  constructor(maxSessions: number) {
    this.#maxSessions = Math.min(maxSessions, greatestTsih);
  }

  get all(): readonly TargetSession[] {
    return [...this.#byTsih.values()];
  }

  /** Judges a login that proved who it is (RFC 7143, 6.3.5 and 6.3.6). */
  admit(arrival: Arrival): { readonly tsih: number } | { readonly refuse: LoginStatus } {
    if (arrival.identity.requestedTsih !== 0) return this.#admitToSession(arrival);
    if (this.#byTsih.size >= this.#maxSessions && this.predecessor(arrival) === undefined) return { refuse: LoginStatus.outOfResources };
    return { tsih: this.#newTsih() };
  }

  /** The session whose TSIH a login gave. */
  withTsih(tsih: number): TargetSession | undefined {
    return this.#byTsih.get(tsih);
  }

  /** The session that a login with TSIH 0 takes the place of: the same I_T nexus. Discovery sessions have none, and never replace each other. */
  predecessor(arrival: Arrival): TargetSession | undefined {
    if (arrival.identity.sessionType !== "normal") return undefined;
    return this.all.find((session) => session.identity.sessionType === "normal" && isSameNexus(session, arrival));
  }

  add(session: TargetSession): void {
    this.#byTsih.set(session.tsih, session);
  }

  remove(session: TargetSession): void {
    if (this.#byTsih.get(session.tsih) === session) this.#byTsih.delete(session.tsih);
  }

  /** A connection for a session that exists: it may replace the connection of the same CID, and there is no room for another. */
  #admitToSession(arrival: Arrival): { readonly tsih: number } | { readonly refuse: LoginStatus } {
    const { identity } = arrival;
    const session = this.#byTsih.get(identity.requestedTsih);
    if (session === undefined || !isSameNexus(session, arrival) || session.identity.sessionType !== identity.sessionType) {
      return { refuse: LoginStatus.sessionDoesNotExist };
    }
    if (session.identity.connectionId !== identity.connectionId) return { refuse: LoginStatus.tooManyConnections };
    return { tsih: session.tsih };
  }

  #newTsih(): number {
    do this.#lastTsih = this.#lastTsih === greatestTsih ? 1 : this.#lastTsih + 1;
    while (this.#byTsih.has(this.#lastTsih));
    return this.#lastTsih;
  }
}

/** Whether two logins come from one initiator port to one target port: what the one leaves, the other finds. */
export function isSameNexus(one: Arrival, other: Arrival): boolean {
  const [a, b] = [one.identity, other.identity];
  return (
    one.portalGroupTag === other.portalGroupTag &&
    isSameName(a.initiatorName, b.initiatorName) &&
    isSameName(a.targetName, b.targetName) &&
    a.isid.every((byte, index) => byte === b.isid[index])
  );
}

/** iSCSI names differ by more than the case of their letters (RFC 7143, 4.2.7.3). */
export function isSameName(a: string | undefined, b: string | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase();
}
