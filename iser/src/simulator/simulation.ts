import { type Duration, SeededRandom, VirtualClock } from "kit/clock";
import type { BlockDevice } from "#block";
import { IserInitiatorDatamover, IserTargetDatamover, TcpInitiatorDatamover, TcpTargetDatamover } from "#datamover";
import { PersistentSession, type SessionConfiguration, type Transport } from "#initiator";
import { SoftwareQueuePair } from "#iwarp";
import { type InitiatorPort, ScsiDisk } from "#scsi";
import { type StreamedDatamover, TargetServer } from "#target";
import { CachedDisk, Platters } from "./cached-disk.ts";
import { FaultPlan } from "./fault-plan.ts";
import { History } from "./history.ts";
import { SimulatedNetwork } from "./simulated-network.ts";
import { Workload } from "./workload.ts";

/** What iSCSI travels on. */
export type SimulatedTransport = "tcp" | "iser";

export interface SimulationOptions {
  readonly seed: number;
  readonly transport: SimulatedTransport;
  /** Hears of everything that happens, with the moment in milliseconds. */
  readonly trace?: (line: string) => void;
  /** Parts to put in the place of ours, to see whether the judge notices. */
  readonly mutant?: Mutant;
}

/** Versions of the parts that do something which they may not. */
export interface Mutant {
  /** In the place of the disk behind the target. */
  createDisk?(...parts: ConstructorParameters<typeof CachedDisk>): CachedDisk;
  /** In the place of the session, as the disk sees it. */
  wrapPort?(port: InitiatorPort): InitiatorPort;
  /** In the place of the disk, as its clients see it. */
  wrapDevice?(device: BlockDevice): BlockDevice;
}

/** What came of a history. */
export interface SimulationReport {
  readonly violations: readonly string[];
  readonly requests: number;
  readonly connections: number;
  readonly powerFailures: number;
  readonly flushesFailed: number;
  /** Milliseconds of the simulated time. */
  readonly tookMs: number;
}

const iqn = "iqn.2026-11.test:simulated";
const blockSize = 512;
const blocks = 48;
const clients = 5;
const requests = 90;

/** Everything that is under way when the faults are over must have come to its end by then. */
const patienceMs: Duration = 120_000;

/** Two machines, what is between them, and time. What happens is a function of the seed. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  return new Simulation(options).run();
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #random: SeededRandom;
  readonly #clock = new VirtualClock();
  readonly #plan: FaultPlan;
  readonly #history: History;
  readonly #network: SimulatedNetwork;
  readonly #platters = new Platters(blocks, blockSize);
  readonly #trace: (line: string) => void;
  #disk: CachedDisk;
  #server: TargetServer | undefined;
  #poweredOnAt = 0;
  #powerFailures = 0;
  #flushesFailed = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    this.#trace = (line) => options.trace?.(`${this.#clock.now().toFixed(1).padStart(10)} ms  ${line}`);
    this.#plan = new FaultPlan(this.#random);
    this.#history = new History(blocks, { mayFail: this.#plan.hangs, flushesMayFail: this.#plan.hangs || !this.#plan.tellsTime });
    this.#network = new SimulatedNetwork(this.#clock, this.#plan.conditions, () => this.#accept());
    this.#disk = this.#createDisk();
    this.#server = this.#createServer();
  }

  async run(): Promise<SimulationReport> {
    const { violations } = this.#history;
    try {
      await this.#play();
    } catch (error) {
      violations.push(error instanceof Error ? error.message : String(error));
    }
    for (const violation of violations) this.#trace(`WRONG: ${violation}`);
    return {
      violations,
      requests,
      connections: this.#network.opened,
      powerFailures: this.#powerFailures,
      flushesFailed: this.#flushesFailed,
      tookMs: this.#clock.now(),
    };
  }

  async #play(): Promise<void> {
    const session = this.#openSession();
    await this.#until("the first login", () => session.state === "connected");
    const disk = await this.#awaited("opening the disk", this.#openDisk(session));
    const workload = new Workload({
      device: this.#options.mutant?.wrapDevice?.(disk) ?? disk,
      ...{ clients, requests, clock: this.#clock, random: this.#random, history: this.#history },
      thinkMs: this.#plan.thinkMs,
      cancels: this.#plan.cancels,
      trace: (line) => this.#note(line),
    });
    this.#plan.schedule(this.#clock, {
      network: this.#network,
      session,
      server: () => this.#server,
      powerFails: (offMs) => this.#powerFails(offMs),
      note: this.#trace,
    });
    await this.#until("the clients' requests", () => workload.isDone);
    await this.#step("the last flush", (done) => workload.flush(done));
    await this.#step("reading everything", (done) => workload.readAll(done));
    if (workload.touchedAfterwards > 0) this.#wrong("memory was written to after it had been given back");
    await this.#step("closing the disk", (done) => disk.close(done));
    await this.#step("closing the session", (done) => session.close(done));
    this.#checkNothingIsLeft(session);
    await this.#awaited("closing the target", this.#server?.close() ?? Promise.resolve());
  }

  #note(line: string): void {
    if (line.includes("failed:")) this.#flushesFailed++;
    this.#trace(line);
  }

  #checkNothingIsLeft(session: PersistentSession): void {
    const { outstanding, queued } = session.session;
    if (this.#history.open.length > 0) this.#wrong(`requests ${this.#history.open.join()} never ended`);
    if (outstanding + queued > 0) this.#wrong(`${outstanding} commands of the closed session are outstanding, ${queued} wait`);
    if (this.#clock.waiting > 0) this.#wrong(`${this.#clock.waiting} timers are left`);
  }

  #wrong(what: string): void {
    this.#history.violations.push(what);
  }

  // ---------------------------------------------------------------------------------------------------------------- the initiator

  #openSession(): PersistentSession {
    const configuration: SessionConfiguration = {
      portal: { host: "target", port: 3260 },
      targetName: iqn,
      initiatorName: "iqn.2026-11.test:me",
      connectTimeoutMs: 2000,
      queueTimeoutMs: 0,
      timeouts: { loginMs: 3000, pingAfterMs: 500, pingMs: 2000, logoutMs: 1000 },
      limits: { commandTimeoutMs: 6000, taskManagementTimeoutMs: 2000 },
      backOff: { firstMs: 20, mostMs: 1000, stableMs: 3000 },
      dataDigest: this.#random.fraction() < 0.2,
    };
    const transport: Transport = {
      createDatamover: () => this.#createInitiator(),
      connect: (stream, _address, connectOptions) => this.#network.connect(stream, connectOptions),
    };
    const session = new PersistentSession(
      configuration,
      { transport, clock: this.#clock, random: this.#random },
      {
        onChange: () => this.#trace(`session ${session.state}${session.failureReason === undefined ? "" : `: ${session.failureReason}`}`),
        onUnitEvent: (_lun, event) => this.#trace(`the target says ${JSON.stringify(event)}`),
      },
    );
    return session;
  }

  #openDisk({ session }: PersistentSession): Promise<ScsiDisk> {
    return ScsiDisk.open(this.#options.mutant?.wrapPort?.(session) ?? session, 0, { clock: this.#clock });
  }

  #createInitiator(): ReturnType<Transport["createDatamover"]> {
    if (this.#options.transport === "tcp") {
      const mover = new TcpInitiatorDatamover();
      return { datamover: mover, stream: mover };
    }
    const stream = new SoftwareQueuePair({ role: "initiator", crc: this.#plan.crc });
    return { datamover: new IserInitiatorDatamover(stream), stream };
  }

  // ---------------------------------------------------------------------------------------------------------------- the target

  #createDisk(): CachedDisk {
    const parts: ConstructorParameters<typeof CachedDisk> = [this.#platters, this.#clock, this.#random, () => this.#plan.diskDelay()];
    return this.#options.mutant?.createDisk?.(...parts) ?? new CachedDisk(...parts);
  }

  #createServer(): TargetServer {
    // The machine was on for a while before it could serve.
    this.#poweredOnAt = this.#clock.now() - 5;
    const upTimeMs = () => this.#clock.now() - this.#poweredOnAt;
    return new TargetServer({
      clock: this.#clock,
      random: this.#random,
      targets: [{ name: iqn, luns: [{ device: this.#disk, ...(this.#plan.tellsTime && { upTimeMs }) }] }],
      onEvent: (event) => this.#trace(`the target: ${event.event}${"ending" in event ? `, ${event.ending.kind}` : ""}`),
      limits: { loginMs: 4000, pingAfterMs: 2000, pingMs: 3000, logoutMs: 1000 },
    });
  }

  #accept(): StreamedDatamover["stream"] | undefined {
    return this.#server?.accept(this.#createTarget(), "initiator");
  }

  #createTarget(): StreamedDatamover {
    if (this.#options.transport === "tcp") {
      const mover = new TcpTargetDatamover();
      return { datamover: mover, stream: mover };
    }
    const stream = new SoftwareQueuePair({ role: "responder" });
    return { datamover: new IserTargetDatamover(stream), stream };
  }

  /** The target's machine goes off with everything in it, and comes back after so long. */
  #powerFails(offMs: Duration): void {
    if (this.#server === undefined) return;
    this.#server = undefined;
    this.#powerFailures++;
    const lost = this.#disk.powerOff();
    this.#trace(`the target's power fails: ${lost} blocks are lost`);
    this.#history.powerFails();
    const heard = this.#random.fraction() < 0.7;
    for (const connection of [...this.#network.connections]) connection.drop("server", !heard);
    const switchOn = (): void => {
      this.#trace("the target is back");
      this.#disk = this.#createDisk();
      this.#server = this.#createServer();
    };
    this.#clock.after(offMs, switchOn, { background: true });
  }

  // ---------------------------------------------------------------------------------------------------------------- time

  /** Lets time pass until something is so; not for ever. */
  async #until(what: string, isSo: () => boolean): Promise<void> {
    const limit = Math.max(this.#clock.now(), this.#plan.endsAt) + patienceMs;
    for (;;) {
      do await turns();
      while (this.#network.pump());
      if (isSo()) return;
      const due = this.#clock.nextDue();
      if (due === undefined || due > limit) throw new Error(`stuck: ${what} did not come to an end`);
      this.#clock.advanceTo(due);
    }
  }

  #step(what: string, begin: (done: () => void) => void): Promise<void> {
    let isDone = false;
    begin(() => {
      isDone = true;
    });
    return this.#until(what, () => isDone);
  }

  async #awaited<T>(what: string, promise: Promise<T>): Promise<T> {
    let isDone = false;
    const noted = promise.finally(() => {
      isDone = true;
    });
    noted.catch(() => undefined);
    await this.#until(what, () => isDone);
    return noted;
  }
}

/** Gives promises their turn: none of ours is longer than this. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await Promise.resolve();
}
