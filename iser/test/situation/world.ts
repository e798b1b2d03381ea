import { SeededRandom, VirtualClock } from "kit/clock";
import { type BlockDevice, MemoryDisk } from "#block";
import type { ByteStreamCore } from "#bytes";
import { IserInitiatorDatamover, IserTargetDatamover, TcpInitiatorDatamover, TcpTargetDatamover } from "#datamover";
import { type Disk, discover, type OpenOptions, openDisk, type Transport } from "#initiator";
import type { DiscoveredTarget } from "#iscsi";
import { SoftwareQueuePair } from "#iwarp";
import { connectInProcess, type InProcessConnection, SocketError } from "#socket";
import { type StreamedDatamover, type TargetNodeOptions, TargetServer, type TargetServerOptions } from "#target";

/** A way for iSCSI to travel, at both ends. The same situations hold for each. */
export interface Carrier {
  readonly name: string;
  createInitiator(): ReturnType<Transport["createDatamover"]>;
  createTarget(): StreamedDatamover;
}

export const carriers: readonly Carrier[] = [
  {
    name: "TCP",
    createInitiator: () => {
      const mover = new TcpInitiatorDatamover();
      return { datamover: mover, stream: mover };
    },
    createTarget: () => {
      const mover = new TcpTargetDatamover();
      return { datamover: mover, stream: mover };
    },
  },
  ...(
    [
      ["iSER with CRC", true, "whole"],
      ["iSER without CRC", false, "whole"],
      ["iSER with the first part of each write in its command", true, "part"],
    ] as const
  ).map(([name, crc, immediate]) => ({
    name,
    createInitiator: () => {
      const stream = new SoftwareQueuePair({ role: "initiator", crc });
      return { datamover: new IserInitiatorDatamover(stream, { immediate }), stream };
    },
    createTarget: () => {
      const stream = new SoftwareQueuePair({ role: "responder" });
      return { datamover: new IserTargetDatamover(stream), stream };
    },
  })),
];

export const iqn = "iqn.2026-11.test:disk";

export interface WorldOptions {
  readonly seed?: number;
  /** Cut the stream into random pieces. */
  readonly splits?: boolean;
  readonly target?: Partial<Omit<TargetNodeOptions, "name">>;
  readonly server?: Partial<TargetServerOptions>;
  readonly disk?: BlockDevice;
}

/**
 * An initiator, a target, a network between them and a clock, in one process: what happens is a function of the seed. Time moves only in
 * `pass`; promises are given their turn in between.
 */
export class World {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly disk: BlockDevice;
  /** Portals by `host:port`; who is not here is not there. */
  readonly servers = new Map<string, TargetServer>();
  readonly links: InProcessConnection[] = [];
  readonly transport: Transport;
  /** Everything that is sent is lost, and nobody hears of it. */
  isSilent = false;
  readonly #carrier: Carrier;

  constructor(carrier: Carrier, options: WorldOptions = {}) {
    this.#carrier = carrier;
    this.random = new SeededRandom(options.seed ?? 1);
    this.disk = options.disk ?? new MemoryDisk({ size: 4 * 1024 * 1024 });
    this.servers.set("target:3260", this.createServer(options));
    const split = (available: number): number => 1 + Math.floor(this.random.fraction() * Math.min(available, 9000));
    this.transport = {
      createDatamover: () => carrier.createInitiator(),
      connect: (stream, { host, port }) => {
        const core = this.servers.get(`${host}:${port}`)?.accept(this.#carrier.createTarget(), "initiator");
        if (core === undefined) {
          const refused = new SocketError("ECONNREFUSED", `connect to ${host}:${port}: connection refused`);
          this.clock.after(0, () => stream.closed(refused, this.clock.now()));
        } else this.links.push(connectInProcess(stream, this.#overNetwork(core), this.clock, options.splits === true ? { split } : {}));
      },
    };
  }

  createServer(options: WorldOptions = {}): TargetServer {
    return new TargetServer({
      clock: this.clock,
      random: this.random,
      targets: [{ name: iqn, luns: [{ device: this.disk }], ...options.target }],
      ...options.server,
    });
  }

  get server(): TargetServer {
    const server = this.servers.get("target:3260");
    if (server === undefined) throw new Error("the target is switched off");
    return server;
  }

  /** The target's end of a stream, as far as the network lets it be heard. */
  #overNetwork(core: ByteStreamCore): ByteStreamCore {
    const lost: Partial<ByteStreamCore> = { receive: () => undefined, placement: () => undefined, takeOutput: () => [] };
    return new Proxy(core, {
      get: (_target, name: keyof ByteStreamCore) => {
        const value = (this.isSilent ? lost[name] : undefined) ?? core[name];
        return typeof value === "function" ? value.bind(core) : value;
      },
    });
  }

  /** Lets `span` milliseconds pass, in small steps, with everything that promises and the network do meanwhile. */
  async pass(span: number): Promise<void> {
    const end = this.clock.now() + span;
    do {
      await settle();
      this.clock.advanceTo(Math.min(end, Math.max(this.clock.now() + 10, this.clock.nextDue() ?? end)));
    } while (this.clock.now() < end);
    await settle();
  }

  /** Lets time pass until `promise` settles. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const watched = promise.finally(() => {
      settled = true;
    });
    watched.catch(() => undefined);
    for (let step = 0; step < 10_000 && !settled; step += 1) await this.pass(10);
    if (!settled) throw new Error("nothing happened in 100 s of the world's time");
    return watched;
  }

  open(query = "", options: Partial<OpenOptions> = {}, userinfo = ""): Promise<Disk> {
    const url = `iscsi://${userinfo}target:3260/${iqn}/0${query}`;
    return this.until(openDisk(url, { clock: this.clock, random: this.random, transport: this.transport, ...options }));
  }

  discover(): Promise<readonly DiscoveredTarget[]> {
    const configuration = { portal: { host: "target", port: 3260 }, initiatorName: "iqn.2026-11.test:me" };
    return this.until(discover(configuration, { transport: this.transport, random: this.random }));
  }

  /** Cuts every connection, as a network does. */
  cut(): void {
    for (const link of this.links.splice(0)) link.cut(new SocketError("ECONNRESET", "the connection was reset"));
  }

  bytes(length: number): Uint8Array {
    return this.random.bytes(length);
  }
}

/** Gives promises and microtasks their turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
