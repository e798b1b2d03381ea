import type { Duration, Instant, SeededRandom, VirtualClock } from "kit/clock";
import type { PersistentSession } from "#initiator";
import type { TargetServer } from "#target";
import type { Conditions } from "./simulated-connection.ts";
import type { SimulatedNetwork } from "./simulated-network.ts";

/** What faults are done to. */
export interface Victims {
  readonly network: SimulatedNetwork;
  readonly session: PersistentSession;
  /** Undefined while its power is off. */
  server(): TargetServer | undefined;
  /** Switches the target off for so long. */
  powerFails(offMs: Duration): void;
  note(line: string): void;
}

type Fault = (victims: Victims, plan: FaultPlan, now: number) => string;

/**
 * What goes wrong in one history, and how its network and disk are when nothing does: drawn from the seed before anything happens. Some histories are quick, some slow, some have one kind of fault and
 * some have all.
 */
export class FaultPlan {
  readonly #random: SeededRandom;
  readonly #latencyMs: number;
  readonly #splits: boolean;
  readonly #faults: readonly (readonly [Duration, Fault])[];
  /** The last fault has happened by then, and what it did to the network is over. */
  readonly endsAt: Instant;
  readonly thinkMs: Duration;
  readonly cancels: boolean;
  /** The disk may keep commands so long that they are given up: then reads and writes may fail. */
  readonly hangs: boolean;
  /** The target knows REPORT TIMESTAMP. */
  readonly tellsTime: boolean;
  /** iSER has CRCs. */
  readonly crc: boolean;
  #now: () => Instant = () => 0;

  constructor(random: SeededRandom) {
    this.#random = random;
    this.#latencyMs = pick(random, [0, 0.2, 2, 30]);
    this.#splits = random.fraction() < 0.4;
    this.thinkMs = pick(random, [5, 50, 400]);
    this.cancels = random.fraction() < 0.2;
    this.hangs = random.fraction() < 0.15;
    this.tellsTime = random.fraction() < 0.5;
    this.crc = random.fraction() < 0.5;
    const kinds = faults.filter(() => random.fraction() < 0.4);
    const span = Math.max(500, this.thinkMs * 15);
    const count = kinds.length === 0 ? 0 : 1 + random.below(7);
    this.#faults = Array.from({ length: count }, () => [random.fraction() * span, pick(random, kinds)] as const);
    this.endsAt = span + longestFreezeMs;
  }

  readonly conditions: Conditions = {
    latency: () => this.#latencyMs * (0.5 + this.#random.fraction()),
    split: (available) => (this.#splits ? 1 + this.#random.below(Math.min(available, 3000)) : available),
  };

  /** How long the disk takes for its next command. */
  diskDelay(): Duration {
    const chance = this.#random.fraction();
    if (this.hangs && chance < 0.01 && this.#now() < this.endsAt) return 30_000;
    return chance < 0.5 ? 0 : chance < 0.95 ? this.#random.fraction() * 5 : this.#random.fraction() * 100;
  }

  schedule(clock: VirtualClock, victims: Victims): void {
    const begin = clock.now();
    this.#now = () => clock.now() - begin;
    for (const [at, fault] of this.#faults) {
      clock.after(at, () => victims.note(fault(victims, this, clock.now())), { background: true });
    }
  }

  /** A span up to `mostMs`, more often a short one. */
  span(mostMs: Duration): Duration {
    return this.#random.fraction() ** 3 * mostMs;
  }

  get chance(): number {
    return this.#random.fraction();
  }
}

const longestFreezeMs: Duration = 10_000;

const cut: Fault = ({ network }) => {
  for (const connection of [...network.connections]) connection.cut();
  return "the connection is cut";
};

const halfCut: Fault = ({ network }, plan) => {
  const which = plan.chance < 0.5 ? "client" : "server";
  const swallowed = plan.chance < 0.3;
  for (const connection of [...network.connections]) connection.drop(which, swallowed);
  return `the ${which} loses the connection, and the other end does not hear of it${swallowed ? ", ever" : ""}`;
};

const freeze: Fault = ({ network }, plan) => {
  const span = plan.span(longestFreezeMs);
  network.freeze(span);
  return `the network is frozen for ${span.toFixed(0)} ms`;
};

/** The old connection's bytes arrive when there is a new one already. */
const freezeOneConnection: Fault = ({ network }, plan, now) => {
  const span = plan.span(longestFreezeMs);
  const which = plan.chance < 0.4 ? "there" : plan.chance < 0.6 ? "back" : "both";
  for (const connection of network.connections) connection.freeze(now + span, which);
  return `connections that there are now are frozen for ${span.toFixed(0)} ms (${which})`;
};

const unreachable: Fault = ({ network }, plan) => {
  const span = plan.span(5000);
  network.close(span);
  for (const connection of [...network.connections]) connection.cut();
  return `the connection is cut, and there is none to be had for ${span.toFixed(0)} ms`;
};

const powerFails: Fault = (victims, plan) => {
  victims.powerFails(1 + plan.span(5000));
  return "(power)";
};

const logoutRequested: Fault = ({ server }) => {
  server()?.requestLogout(2);
  return "the target asks for a logout";
};

const dropped: Fault = ({ server }, plan) => {
  server()?.dropSessions(plan.chance < 0.5 ? 0 : 1);
  return "the target drops the session";
};

const reset: Fault = ({ session }) => {
  session.session.manage("lun-reset", 0, () => undefined);
  return "somebody resets the logical unit";
};

const reconnects: Fault = ({ session }) => {
  session.reconnect();
  return "the session is asked to reconnect";
};

const faults: readonly Fault[] = [
  cut,
  halfCut,
  freeze,
  freezeOneConnection,
  unreachable,
  powerFails,
  powerFails,
  logoutRequested,
  dropped,
  reset,
  reconnects,
];

function pick<T>(random: SeededRandom, among: readonly T[]): T {
  return among[random.below(among.length)]!;
}
