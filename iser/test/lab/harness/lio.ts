import { setTimeout } from "node:timers/promises";
import { Guest } from "./guest.ts";

export interface LioTargetOptions {
  /** Initiators must show that they are this user; with the second pair, the target shows who it is too. */
  readonly chap?: readonly [user: string, secret: string, targetUser?: string, targetSecret?: string];
}

/** One target of LIO's: the same disks over TCP and over iSER. */
export interface LioTarget {
  readonly name: string;
  readonly tcpPort: number;
  readonly iserPort: number;
  tcp(lun: number, options?: string, user?: string): string;
  iser(lun: number, options?: string, user?: string): string;
}

/** Ports in the guest, two for each target. */
const firstPort = 3260;

/** The Linux kernel's SCSI target (LIO) in a guest, with ib_isert over siw. */
export class Lio {
  #guest: Guest;
  #targets = 0;
  /** What made it what it is. */
  readonly #scripts: string[] = [];

  private constructor(guest: Guest) {
    this.#guest = guest;
  }

  get guest(): Guest {
    return this.#guest;
  }

  /** `targets`: how many will be added. The disks are LUNs of each of them; sizes in MiB. */
  static async start(targets: number, disks: Readonly<Record<string, number>>): Promise<Lio> {
    const guest = await Guest.boot(Array.from({ length: 2 * targets }, (_, index) => firstPort + index));
    const ramDisks = Object.entries(disks).map(([name, mebibytes]) => `ram_disk ${name} ${mebibytes}`);
    const lio = new Lio(guest);
    await lio.#setUp(["start_lio", ...ramDisks]);
    return lio;
  }

  /** As after a loss of power: everything is there again, but for what was in memory, which is where the disks are. */
  async reboot(): Promise<void> {
    this.#guest = await this.#guest.reboot();
    for (const script of this.#scripts) await this.#guest.run(script);
  }

  async #setUp(lines: readonly string[]): Promise<void> {
    const script = ["set -e", ". /lio.sh", ...lines].join("\n");
    this.#scripts.push(script);
    await this.#guest.run(script);
  }

  async addTarget(name: string, disks: readonly string[], { chap }: LioTargetOptions = {}): Promise<LioTarget> {
    const inside = firstPort + 2 * this.#targets++;
    await this.#setUp([
      `target ${name} ${inside} ${inside + 1} ${disks.join(" ")}`,
      ...(chap === undefined ? [] : [`demand_chap ${name} ${chap.join(" ")}`]),
    ]);
    const [tcpPort, iserPort] = [this.guest.port(inside), this.guest.port(inside + 1)];
    const at = (user: string | undefined, port: number, lun: number): string =>
      `${user === undefined ? "" : `${user}@`}127.0.0.1:${port}/${name}/${lun}`;
    return {
      name,
      tcpPort,
      iserPort,
      tcp: (lun, options = "", user) => `iscsi://${at(user, tcpPort, lun)}${options}`,
      iser: (lun, options = "", user) => `iser://${at(user, iserPort, lun)}${options}`,
    };
  }

  /** Who is logged in to a target, as it sees it. */
  async initiators(target: LioTarget): Promise<readonly string[]> {
    const said = await this.guest.run(`cat /sys/kernel/config/target/iscsi/${target.name}/tpgt_1/dynamic_sessions | tr '\\0' '\\n'`);
    return said.split("\n").filter((name) => name !== "");
  }
}

/** How long LIO may refuse to speak MPA, beginning with the first attempt. */
const patienceMs = 30_000;
const pauseMs = 500;

/**
 * What `connect` gives, once LIO takes the connection: now and then it leaves an MPA request without an answer, or resets the connection instead
 * (docs/iser-over-iwarp.md), and takes the next one. Any other error is one.
 */
export async function patiently<T>(connect: () => Promise<T>): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return await connect();
    } catch (error) {
      if (!/MPA/.test((error as Error).message) || performance.now() > end) throw error;
    }
    await setTimeout(pauseMs);
  }
}
