import { AdditionalSense } from "#scsi";
import { type Nexus, nexusName } from "./nexus.ts";

/** Persistent reservation types (SPC-4, 6.15.3.4). */
export const ReservationType = {
  writeExclusive: 1,
  exclusiveAccess: 3,
  writeExclusiveRegistrantsOnly: 5,
  exclusiveAccessRegistrantsOnly: 6,
  writeExclusiveAllRegistrants: 7,
  exclusiveAccessAllRegistrants: 8,
} as const;
export type ReservationType = (typeof ReservationType)[keyof typeof ReservationType];

/** How a command fares against a reservation that someone else holds (SPC-4, table "commands allowed in the presence of various reservations"). */
export type ReservationRule =
  /** Whatever is reserved. */
  | "allowed"
  /** As a reader: not past an exclusive access reservation. */
  | "reader"
  /** As a writer: not past any. */
  | "writer";

/** One initiator port that registered a key through one target port. */
export interface Registration {
  readonly initiatorPort: string;
  readonly portalGroupTag: number;
  key: bigint;
}

/** What a service action came to. */
export type ReservationOutcome =
  | "good"
  | "conflict"
  /** INVALID FIELD IN PARAMETER LIST: the service action reservation key. */
  | "invalid-key"
  /** INVALID RELEASE OF PERSISTENT RESERVATION. */
  | "invalid-release"
  /** INSUFFICIENT REGISTRATION RESOURCES. */
  | "too-many";

/** Tells the nexus of this name, if it is open, a unit attention condition. */
export type TellNexus = (nexusName: string, code: number) => void;

const maxRegistrations = 1024;

interface Reservation {
  readonly type: ReservationType;
  /** Name of the nexus that holds it; of all-registrants types every registered nexus is a holder. */
  readonly holder: string;
}

/**
 * The persistent reservations of one logical unit (SPC-4, 5.12): who registered which key, and who holds which type of reservation. A pure machine: each
 * method is one service action of PERSISTENT RESERVE OUT, judged and carried out in one go. They outlive nexuses, but not power (no APTPL).
 */
export class PersistentReservations {
  readonly #registrations = new Map<string, Registration>();
  readonly #tell: TellNexus;
  #reservation: Reservation | undefined;
  #generation = 0;

  constructor(tell: TellNexus) {
    this.#tell = tell;
  }

  /** PRGENERATION. */
  get generation(): number {
    return this.#generation;
  }

  get registrations(): Iterable<Registration> {
    return this.#registrations.values();
  }

  get registrationCount(): number {
    return this.#registrations.size;
  }

  /** The type that is held, or undefined. */
  get type(): ReservationType | undefined {
    return this.#reservation?.type;
  }

  /** The key to report for the reservation: the holder's, 0 when all registrants hold it. */
  get holderKey(): bigint {
    if (this.#reservation === undefined || isAllRegistrants(this.#reservation.type)) return 0n;
    return this.#registrations.get(this.#reservation.holder)?.key ?? 0n;
  }

  holds(registration: Registration): boolean {
    return this.#isHolder(nexusName(registration.initiatorPort, registration.portalGroupTag));
  }

  /** Whether a command of `rule` from `nexus` must end in RESERVATION CONFLICT. */
  conflicts(nexus: Nexus, rule: ReservationRule): boolean {
    const reservation = this.#reservation;
    if (reservation === undefined || rule === "allowed") return false;
    if (rule === "reader" && isWriteExclusive(reservation.type)) return false;
    if (isRegistrantsOnly(reservation.type) || isAllRegistrants(reservation.type)) return !this.#registrations.has(nexus.name);
    return reservation.holder !== nexus.name;
  }

  /** REGISTER, and with `ignoreExisting` REGISTER AND IGNORE EXISTING KEY; `newKey` 0 unregisters. `portalGroupTags` are more than the nexus's own with ALL_TG_PT. */
  register(nexus: Nexus, key: bigint, newKey: bigint, ignoreExisting: boolean, portalGroupTags: readonly number[]): ReservationOutcome {
    const registration = this.#registrations.get(nexus.name);
    if (!ignoreExisting && key !== (registration?.key ?? 0n)) return "conflict";
    if (newKey === 0n) {
      if (registration === undefined) return "good";
      for (const tag of portalGroupTags) this.#unregister(nexusName(nexus.initiatorPort, tag));
    } else {
      if (this.#registrations.size + portalGroupTags.length > maxRegistrations) return "too-many";
      for (const portalGroupTag of portalGroupTags) {
        const name = nexusName(nexus.initiatorPort, portalGroupTag);
        const existing = this.#registrations.get(name);
        if (existing === undefined) this.#registrations.set(name, { initiatorPort: nexus.initiatorPort, portalGroupTag, key: newKey });
        else existing.key = newKey;
      }
    }
    this.#countGeneration();
    return "good";
  }

  reserve(nexus: Nexus, key: bigint, type: ReservationType): ReservationOutcome {
    if (this.#registrations.get(nexus.name)?.key !== key) return "conflict";
    if (this.#reservation === undefined) this.#reservation = { type, holder: nexus.name };
    else if (!this.#isHolder(nexus.name) || this.#reservation.type !== type) return "conflict";
    return "good";
  }

  release(nexus: Nexus, key: bigint, type: ReservationType): ReservationOutcome {
    if (this.#registrations.get(nexus.name)?.key !== key) return "conflict";
    if (this.#reservation === undefined || !this.#isHolder(nexus.name)) return "good";
    if (this.#reservation.type !== type) return "invalid-release";
    this.#release(nexus.name);
    return "good";
  }

  clear(nexus: Nexus, key: bigint): ReservationOutcome {
    if (this.#registrations.get(nexus.name)?.key !== key) return "conflict";
    for (const name of this.#registrations.keys()) if (name !== nexus.name) this.#tell(name, AdditionalSense.reservationsPreempted);
    this.#registrations.clear();
    this.#reservation = undefined;
    this.#countGeneration();
    return "good";
  }

  /**
   * PREEMPT and PREEMPT AND ABORT (SPC-4, 5.12.11.4). `preempted` is told each nexus that was preempted, by name, for its commands to be aborted;
   * that includes the requester when it preempts its own key.
   */
  preempt(nexus: Nexus, key: bigint, victimKey: bigint, type: ReservationType, preempted: (nexusName: string) => void): ReservationOutcome {
    if (this.#registrations.get(nexus.name)?.key !== key) return "conflict";
    const held = this.#reservation;
    const everyone = held !== undefined && isAllRegistrants(held.type) && victimKey === 0n;
    if (victimKey === 0n && !everyone) return "invalid-key";
    const takesOver = everyone || (held !== undefined && !isAllRegistrants(held.type) && victimKey === this.holderKey);

    const victims: string[] = [];
    for (const [name, registration] of this.#registrations) if (everyone || registration.key === victimKey) victims.push(name);
    if (victims.length === 0) return "conflict";
    for (const name of victims) {
      preempted(name);
      if (name === nexus.name) continue;
      this.#registrations.delete(name);
      this.#tell(name, AdditionalSense.registrationsPreempted);
    }
    if (takesOver) this.#takeOver(nexus.name, type);
    this.#countGeneration();
    return "good";
  }

  /** The preempting nexus holds the reservation now; who stays registered learns when the type is another one. */
  #takeOver(holder: string, type: ReservationType): void {
    const changed = this.#reservation?.type !== type;
    this.#reservation = { type, holder };
    if (changed) this.#tellRegistrantsBut(holder, AdditionalSense.reservationsReleased);
  }

  #unregister(name: string): void {
    if (!this.#registrations.delete(name)) return;
    const reservation = this.#reservation;
    if (reservation === undefined) return;
    const released = isAllRegistrants(reservation.type) ? this.#registrations.size === 0 : reservation.holder === name;
    if (released) this.#release(name);
  }

  #release(by: string): void {
    const type = this.#reservation?.type;
    this.#reservation = undefined;
    if (type !== undefined && (isRegistrantsOnly(type) || isAllRegistrants(type))) {
      this.#tellRegistrantsBut(by, AdditionalSense.reservationsReleased);
    }
  }

  #tellRegistrantsBut(but: string, code: number): void {
    for (const name of this.#registrations.keys()) if (name !== but) this.#tell(name, code);
  }

  #isHolder(name: string): boolean {
    const reservation = this.#reservation;
    if (reservation === undefined) return false;
    return isAllRegistrants(reservation.type) ? this.#registrations.has(name) : reservation.holder === name;
  }

  #countGeneration(): void {
    this.#generation = (this.#generation + 1) >>> 0;
  }
}

function isWriteExclusive(type: ReservationType): boolean {
  return (
    type === ReservationType.writeExclusive ||
    type === ReservationType.writeExclusiveRegistrantsOnly ||
    type === ReservationType.writeExclusiveAllRegistrants
  );
}

function isRegistrantsOnly(type: ReservationType): boolean {
  return type === ReservationType.writeExclusiveRegistrantsOnly || type === ReservationType.exclusiveAccessRegistrantsOnly;
}

function isAllRegistrants(type: ReservationType): boolean {
  return type === ReservationType.writeExclusiveAllRegistrants || type === ReservationType.exclusiveAccessAllRegistrants;
}

/** Whether the TYPE field says a type that exists. */
export function isReservationType(value: number): value is ReservationType {
  return (Object.values(ReservationType) as number[]).includes(value);
}
