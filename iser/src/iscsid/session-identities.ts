import type { Random } from "kit/clock";

/**
 * The ISIDs of the sessions. A session has the same one for all its life, a restart of the daemon included: then a target that still has the session reinstates
 * it, and what belongs to the nexus (reservations) stays.
 */
export class SessionIdentities {
  readonly #random: Random;
  readonly #isids = new Map<number, Uint8Array>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** 6 bytes; a session that has none yet is given one by chance (RFC 7143, 11.12.5: type 10b, 24 random bits and a qualifier). */
  isidOf(sessionId: number): Uint8Array {
    const known = this.#isids.get(sessionId);
    if (known !== undefined) return known;
    const isid = this.#random.bytes(6);
    isid[0] = 0x80;
    this.#isids.set(sessionId, isid);
    return isid;
  }

  restore(sessionId: number, isid: Uint8Array): void {
    this.#isids.set(sessionId, isid);
  }

  forget(sessionId: number): void {
    this.#isids.delete(sessionId);
  }
}
