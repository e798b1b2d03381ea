import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AdditionalSense } from "#scsi";
import { Nexus } from "./nexus.ts";
import { PersistentReservations, ReservationType } from "./persistent-reservations.ts";

const nexuses = [1, 2, 3].map(
  (isid) => new Nexus({ initiatorName: "iqn.2026-11.test:i", isid: Uint8Array.of(0, 0, 0, 0, 0, isid), portalGroupTag: 1 }),
) as [Nexus, Nexus, Nexus];
const [a, b, c] = nexuses;
const types = Object.values(ReservationType);

/** Reservations, and what was told to whom. */
function reservations() {
  const told: [Nexus | undefined, number][] = [];
  const machine = new PersistentReservations((name, code) => told.push([nexuses.find((nexus) => nexus.name === name), code]));
  return { machine, told };
}

/** `a` and `b` are registered with keys 1 and 2, and `a` holds a reservation. */
function held(type: ReservationType) {
  const { machine, told } = reservations();
  machine.register(a, 0n, 1n, false, [1]);
  machine.register(b, 0n, 2n, false, [1]);
  expect(machine.reserve(a, 1n, type)).toBe("good");
  return { machine, told };
}

const allRegistrants: readonly ReservationType[] = [
  ReservationType.writeExclusiveAllRegistrants,
  ReservationType.exclusiveAccessAllRegistrants,
];
const shared: readonly ReservationType[] = [
  ...allRegistrants,
  ReservationType.writeExclusiveRegistrantsOnly,
  ReservationType.exclusiveAccessRegistrantsOnly,
];

describe("registering", () => {
  it("needs the key that is registered, unless it is ignored", () => {
    const { machine } = reservations();
    expect(machine.register(a, 5n, 1n, false, [1])).toBe("conflict");
    expect(machine.register(a, 0n, 0n, false, [1])).toBe("good");
    expect([machine.registrationCount, machine.generation]).toEqual([0, 0]);
    expect(machine.register(a, 0n, 1n, false, [1])).toBe("good");
    expect(machine.register(a, 9n, 2n, false, [1])).toBe("conflict");
    expect(machine.register(a, 9n, 3n, true, [1])).toBe("good");
    expect([...machine.registrations].map(({ key }) => key)).toEqual([3n]);
    expect(machine.generation).toBe(2);
  });

  it("through all target ports makes a registration for each", () => {
    const { machine } = reservations();
    machine.register(a, 0n, 1n, false, [1, 2]);
    expect([...machine.registrations].map(({ portalGroupTag }) => portalGroupTag)).toEqual([1, 2]);
    machine.register(a, 1n, 0n, false, [1, 2]);
    expect(machine.registrationCount).toBe(0);
  });

  it("has its limit", () => {
    const { machine } = reservations();
    const outcomes = new Set<string>();
    for (let isid = 0; isid < 1100; isid++) {
      const nexus = new Nexus({ initiatorName: "i", isid: Uint8Array.of(0, 0, 0, 0, isid >> 8, isid), portalGroupTag: 1 });
      outcomes.add(machine.register(nexus, 0n, 1n, true, [1]));
    }
    expect([...outcomes]).toEqual(["good", "too-many"]);
    expect(machine.registrationCount).toBe(1024);
  });
});

describe.each(types)("a reservation of type %i", (type) => {
  const excludesReaders = [3, 6, 8].includes(type);

  it("lets pass who may", () => {
    const { machine } = held(type);
    expect(nexuses.map((nexus) => machine.conflicts(nexus, "allowed"))).toEqual([false, false, false]);
    expect(machine.conflicts(a, "writer")).toBe(false);
    expect(machine.conflicts(b, "writer")).toBe(!shared.includes(type));
    expect(machine.conflicts(b, "reader")).toBe(!shared.includes(type) && excludesReaders);
    expect(machine.conflicts(c, "writer")).toBe(true);
    expect(machine.conflicts(c, "reader")).toBe(excludesReaders);
  });

  it("is its holder's to release, and others' to be told of", () => {
    const { machine, told } = held(type);
    expect(machine.holderKey).toBe(allRegistrants.includes(type) ? 0n : 1n);
    expect(machine.release(c, 0n, type)).toBe("conflict");
    expect(machine.release(a, 2n, type)).toBe("conflict");
    const otherType = types.find((other) => other !== type)!;
    expect(machine.release(a, 1n, otherType)).toBe("invalid-release");
    expect(machine.release(b, 2n, type)).toBe("good");
    expect(machine.type).toBe(allRegistrants.includes(type) ? undefined : type);
    if (machine.type !== undefined) expect(machine.release(a, 1n, type)).toBe("good");
    expect(machine.type).toBeUndefined();
    const informed = allRegistrants.includes(type) ? a : b;
    expect(told).toEqual(shared.includes(type) ? [[informed, AdditionalSense.reservationsReleased]] : []);
  });

  it("goes with its holder's registration, or with the last", () => {
    const { machine } = held(type);
    machine.register(a, 1n, 0n, false, [1]);
    expect(machine.type).toBe(allRegistrants.includes(type) ? type : undefined);
    machine.register(b, 2n, 0n, false, [1]);
    expect(machine.type).toBeUndefined();
  });

  it("is taken over by preempting its holder", () => {
    const { machine, told } = held(type);
    const preempted: string[] = [];
    const victim = allRegistrants.includes(type) ? 0n : 1n;
    expect(machine.preempt(b, 2n, victim, type, (name) => preempted.push(name))).toBe("good");
    expect(machine.type).toBe(type);
    expect(machine.holds([...machine.registrations][0]!)).toBe(true);
    expect([...machine.registrations].map(({ key }) => key)).toEqual([2n]);
    expect(preempted).toContain(a.name);
    expect(told).toEqual([[a, AdditionalSense.registrationsPreempted]]);
  });

  it("is cleared with all registrations", () => {
    const { machine, told } = held(type);
    expect(machine.clear(c, 0n)).toBe("conflict");
    expect(machine.clear(b, 2n)).toBe("good");
    expect([machine.type, machine.registrationCount]).toEqual([undefined, 0]);
    expect(told).toEqual([[a, AdditionalSense.reservationsPreempted]]);
  });
});

describe("preempting", () => {
  it("who holds nothing removes the registration alone", () => {
    const { machine } = held(ReservationType.writeExclusive);
    expect(machine.preempt(a, 1n, 2n, ReservationType.exclusiveAccess, () => {})).toBe("good");
    expect([machine.type, machine.registrationCount]).toEqual([ReservationType.writeExclusive, 1]);
  });

  it("nobody is a conflict, and key 0 a mistake unless all registrants hold", () => {
    const { machine } = held(ReservationType.writeExclusive);
    expect(machine.preempt(a, 1n, 99n, ReservationType.writeExclusive, () => {})).toBe("conflict");
    expect(machine.preempt(a, 1n, 0n, ReservationType.writeExclusive, () => {})).toBe("invalid-key");
    expect(machine.preempt(c, 0n, 1n, ReservationType.writeExclusive, () => {})).toBe("conflict");
  });

  it("to another type tells who stays registered", () => {
    const { machine, told } = held(ReservationType.writeExclusive);
    machine.register(c, 0n, 3n, false, [1]);
    machine.preempt(b, 2n, 1n, ReservationType.exclusiveAccess, () => {});
    expect(told).toEqual([
      [a, AdditionalSense.registrationsPreempted],
      [c, AdditionalSense.reservationsReleased],
    ]);
  });
});

describe("any history", () => {
  const key = fc.bigInt({ min: 0n, max: 3n });
  const nexus = fc.constantFrom(...nexuses);
  const type = fc.constantFrom(...types);
  type Action = (machine: PersistentReservations) => unknown;
  const action: fc.Arbitrary<Action> = fc.oneof(
    fc.tuple(nexus, key, key, fc.boolean()).map(
      ([n, k, s, i]): Action =>
        (machine) =>
          machine.register(n, k, s, i, [1]),
    ),
    fc.tuple(nexus, key, type).map(
      ([n, k, t]): Action =>
        (machine) =>
          machine.reserve(n, k, t),
    ),
    fc.tuple(nexus, key, type).map(
      ([n, k, t]): Action =>
        (machine) =>
          machine.release(n, k, t),
    ),
    fc.tuple(nexus, key).map(
      ([n, k]): Action =>
        (machine) =>
          machine.clear(n, k),
    ),
    fc.tuple(nexus, key, key, type).map(
      ([n, k, s, t]): Action =>
        (machine) =>
          machine.preempt(n, k, s, t, () => {}),
    ),
  );

  it("leaves a reservation only with a holder, and never shuts a holder out", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (history) => {
        const { machine } = reservations();
        for (const act of history) {
          act(machine);
          const holders = [...machine.registrations].filter((registration) => machine.holds(registration));
          if (machine.type === undefined) expect(holders).toEqual([]);
          else expect(holders.length).toBeGreaterThan(0);
          for (const holder of holders) {
            const who = nexuses.find(({ initiatorPort }) => initiatorPort === holder.initiatorPort)!;
            expect(machine.conflicts(who, "writer")).toBe(false);
          }
          if (machine.type === undefined) for (const who of nexuses) expect(machine.conflicts(who, "writer")).toBe(false);
          for (const { key: registered } of machine.registrations) expect(registered).not.toBe(0n);
        }
      }),
    );
  });
});
