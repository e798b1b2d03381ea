import { join } from "node:path";
import { Child, type Ending, run, succeed } from "./child-process.ts";
import { programs } from "./programs.ts";

/** A device as `iscsictl -L -v --libxo json` lists it. */
export interface ListedDevice {
  readonly device: string;
  readonly uri: string;
  readonly size: number;
  /** The ways to it, where there are several. */
  readonly path?: readonly { readonly sessionId: number; readonly state: string; readonly access?: string }[];
}

export interface ListedSession {
  readonly state: string;
  readonly target: { readonly name: string };
  readonly devices: { readonly lun: readonly ListedDevice[] };
}

/** `iscsid`, running in a folder of its own, and `iscsictl` to talk to it. */
export class Daemon {
  readonly process: Child;
  readonly runDirectory: string;
  readonly #socket: string;

  private constructor(process: Child, runDirectory: string, socket: string) {
    this.process = process;
    this.runDirectory = runDirectory;
    this.#socket = socket;
  }

  /** A daemon in `folder`, or another one behind one that died there; `options` go along. */
  static async start(folder: string, options: readonly string[] = []): Promise<Daemon> {
    const runDirectory = join(folder, "run");
    const socket = join(runDirectory, "iscsid.sock");
    const process = new Child(programs.iscsid, ["-d", "--socket", socket, "--run-dir", runDirectory, ...options]);
    await process.says(/^iscsid: ready/m);
    return new Daemon(process, runDirectory, socket);
  }

  get nbdSocket(): string {
    return join(this.runDirectory, "nbd.sock");
  }

  /** What `kill -9` does; resolves when nothing is left of it. */
  async kill(): Promise<void> {
    this.process.kill();
    await this.process.ended;
  }

  /** `iscsictl`, which must succeed; its output. */
  control(...args: readonly string[]): Promise<string> {
    return succeed(programs.iscsictl, ["--socket", this.#socket, ...args]);
  }

  tryControl(...args: readonly string[]): Promise<Ending> {
    return run(programs.iscsictl, ["--socket", this.#socket, ...args]);
  }

  async sessions(): Promise<readonly ListedSession[]> {
    const listing = JSON.parse(await this.control("-L", "-v", "--libxo", "json")) as { iscsictl: { session: readonly ListedSession[] } };
    return listing.iscsictl.session;
  }

  /** The only device of the only session. */
  async device(): Promise<ListedDevice> {
    const devices = (await this.sessions()).flatMap((session) => session.devices.lun);
    const [device] = devices;
    if (device === undefined || devices.length !== 1) throw new Error(`there are ${devices.length} devices`);
    return device;
  }
}
