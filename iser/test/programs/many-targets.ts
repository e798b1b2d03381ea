import { SystemClock, SystemRandom } from "kit/clock";
import { MemoryDisk } from "#block";
import { TcpTargetDatamover } from "#datamover";
import { formatPortal } from "#iscsi";
import { listen } from "#socket";
import { type RunningTarget, startTarget, type TargetTransport } from "#target";
import { freePort } from "./free-port.ts";

const clock = new SystemClock();
const random = new SystemRandom();

const transport: TargetTransport = {
  kind: "tcp",
  listen: async (address, makeCore) => {
    const { address: bound, close } = await listen(address, makeCore, clock);
    if ("path" in bound) throw new Error("a path where a port is due");
    return { address: bound, close };
  },
  makeDatamover: () => {
    const mover = new TcpTargetDatamover();
    return { datamover: mover, stream: mover };
  },
};

/** One server in this process that has many targets of one disk each, behind each of several portals. Its disks outlive its restarts. */
export class ManyTargets {
  readonly #disks: readonly MemoryDisk[];
  #running: RunningTarget;

  private constructor(disks: readonly MemoryDisk[], running: RunningTarget) {
    this.#disks = disks;
    this.#running = running;
  }

  static async start(portals: number, targets: number): Promise<ManyTargets> {
    const disks = Array.from({ length: targets }, () => new MemoryDisk({ size: 1024 * 1024 }));
    const ports = await Promise.all(Array.from({ length: portals }, freePort));
    return new ManyTargets(disks, await serve(disks, ports));
  }

  /** Where it listens, as host:port. */
  get addresses(): readonly string[] {
    return this.#running.portals.map((portal) => formatPortal({ ...portal, groupTag: undefined }));
  }

  /** An iscsi.conf with a session to every target at every portal. */
  get configuration(): string {
    return this.addresses
      .flatMap((address, portal) =>
        this.#disks.map((_disk, number) => `s${portal}-${number} { TargetAddress = ${address}; TargetName = ${nameOf(number)} }\n`),
      )
      .join("");
  }

  /** Ends all sessions; until `start` nobody listens. */
  async stop(): Promise<{ start(): Promise<void> }> {
    const ports = this.#running.portals.map(({ port }) => port);
    await this.#running.close();
    return {
      start: async () => {
        this.#running = await serve(this.#disks, ports);
      },
    };
  }

  close(): Promise<void> {
    return this.#running.close();
  }
}

function serve(disks: readonly MemoryDisk[], ports: readonly number[]): Promise<RunningTarget> {
  return startTarget({
    listen: ports.map((port) => ({ address: { host: "127.0.0.1", port }, transport })),
    clock,
    random,
    targets: disks.map((device, number) => ({ name: nameOf(number), luns: [{ device }] })),
  });
}

function nameOf(number: number): string {
  return `iqn.2026-11.test:many-${String(number).padStart(3, "0")}`;
}

/** Samples of one metric in a scrape, by one of its labels. */
export function samplesOf(scrape: string, metric: string, label: string): ReadonlyMap<string, number> {
  const lines = scrape.split("\n").filter((line) => line.startsWith(metric) && /[ {]/.test(line[metric.length] ?? ""));
  return new Map(
    lines.map((line) => [new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.[1] ?? "", Number(line.slice(line.lastIndexOf(" ")))]),
  );
}
