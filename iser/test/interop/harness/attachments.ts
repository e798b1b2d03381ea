import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterEach } from "vitest";
import { type Ending, onceAllEnded } from "./child-process.ts";
import { iser, programs, tryIser } from "./programs.ts";

/** What `iser attach --json` says. */
export interface AttachedDevice {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly pid: number;
}

/** `iser attach` and its like for one daemon. Whatever a test leaves mounted or attached is gone after it, however it ended. Takes root. */
export class Attachments {
  readonly #runDirectory: string;

  constructor(runDirectory: string) {
    if (process.geteuid?.() !== 0) throw new Error("block devices in /dev can only be tried as root");
    this.#runDirectory = runDirectory;
    afterEach(() => this.takeAway());
    onceAllEnded(() => this.takeAway());
  }

  async attach(...args: readonly string[]): Promise<AttachedDevice> {
    return JSON.parse(await iser(["attach", ...args, "--json", ...this.#flags])) as AttachedDevice;
  }

  tryAttach(...args: readonly string[]): Promise<Ending> {
    return tryIser(["attach", ...args, ...this.#flags]);
  }

  async list(): Promise<readonly { readonly name: string; readonly state: string; readonly uses: readonly string[] }[]> {
    return JSON.parse(await iser(["attach", "--list", "--json", ...this.#flags])).attachments;
  }

  mount(...args: readonly string[]): Promise<string> {
    return iser(["mount", ...args, ...this.#flags]);
  }

  detach(...args: readonly string[]): Promise<string> {
    return iser(["detach", ...args, ...this.#flags]);
  }

  tryDetach(...args: readonly string[]): Promise<Ending> {
    return tryIser(["detach", ...args, ...this.#flags]);
  }

  /** What the keeper of an attachment has written down. */
  log(name: string): string {
    return readFileSync(join(this.#runDirectory, "attach", name, "log"), "utf8");
  }

  /** Mounts and loop devices below the run directory: nothing when all is put away. */
  get remains(): readonly string[] {
    const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
    const loops = readdirSync("/sys/block").filter((name) => backingFile(name)?.startsWith(this.#runDirectory));
    return [...mounts.filter((line) => line.includes(this.#runDirectory)), ...loops];
  }

  /** With nothing that could wait for a disk: what is mounted goes from sight first, then the keepers, and with them whatever waits. */
  takeAway(): void {
    const scratch = dirname(this.#runDirectory);
    const attachments = join(this.#runDirectory, "attach");
    for (const line of readFileSync("/proc/self/mounts", "utf8").split("\n")) {
      const [, place = ""] = line.split(" ");
      if (place.startsWith(`${scratch}/`) && !place.startsWith(`${attachments}/`)) spawnSync("umount", ["--lazy", place]);
    }
    for (const name of existsSync(attachments) ? readdirSync(attachments) : []) {
      spawnSync(programs.iser, ["detach", "--force", name, ...this.#flags]);
    }
  }

  get #flags(): readonly string[] {
    return ["--run-dir", this.#runDirectory];
  }
}

/** Bytes written to a block device since it is there (sysfs, `stat`, field 7, in sectors of 512). */
export function bytesWritten(path: string): number {
  return (
    512 *
    Number(
      readFileSync(`/sys/block/${basename(path)}/stat`, "utf8")
        .trim()
        .split(/\s+/)[6],
    )
  );
}

function backingFile(name: string): string | undefined {
  try {
    return readFileSync(`/sys/block/${name}/loop/backing_file`, "utf8").trim();
  } catch {
    return undefined;
  }
}
