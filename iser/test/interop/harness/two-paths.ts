import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Child } from "./child-process.ts";
import { Daemon } from "./daemon.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { PauseMeter } from "./pause-meter.ts";
import { programs } from "./programs.ts";
import { untilItIsSo } from "./until-it-is-so.ts";

/** A target that has one disk behind several portals. */
export interface Portals {
  readonly name: string;
  /** host:port of each portal of iSCSI. */
  readonly tcp: readonly string[];
  /** And of iSER. */
  readonly iser: readonly string[];
  stop(): Promise<unknown>;
}

/** `iser target` with a file of 64 MiB in `here`, and what `options` say of its portals. */
export async function portalsOfOurs(here: string, ...options: readonly string[]): Promise<Portals> {
  const name = "iqn.2026-11.test:several-portals";
  const target = new Child(programs.iser, [
    "target",
    ...options,
    "--target",
    name,
    "--lun",
    `${join(here, "disk.img")},size=64M`,
    "--json",
  ]);
  const [line] = await target.says(/^\{"event":"ready".*$/m);
  const { urls } = JSON.parse(line) as { urls: readonly string[] };
  const over = (scheme: string): string[] => urls.flatMap((url) => url.match(`^${scheme}://([^/]+)/`)?.[1] ?? []);
  return { name, tcp: over("iscsi"), iser: over("iser"), stop: () => target.stop() };
}

/** A way to the disk: a session of the daemon through a network that can be made to fail. */
export interface TriedPath {
  readonly proxy: FaultProxy;
  /** What `iscsictl -A` needs for it. */
  readonly arguments: readonly string[];
}

/** What fio has done when it was told to stop. */
export interface LoadSummary {
  readonly reads: number;
  readonly writes: number;
}

/** The daemon with one disk that it reaches by every portal of a target, and fio, which writes, flushes, reads back and compares all the time. */
export class TwoPaths {
  readonly daemon: Daemon;
  readonly paths: readonly TriedPath[];
  readonly meter: PauseMeter;
  readonly #target: Portals;
  readonly #load: Child;

  private constructor(daemon: Daemon, paths: readonly TriedPath[], meter: PauseMeter, target: Portals, load: Child) {
    this.daemon = daemon;
    this.paths = paths;
    this.meter = meter;
    this.#target = target;
    this.#load = load;
  }

  /** In a folder of its own, `here`. */
  static async underLoad(here: string, start: (here: string) => Promise<Portals>): Promise<TwoPaths> {
    mkdirSync(here);
    const target = await start(here);
    const daemon = await Daemon.start(here, ["--load", "iser"]);
    const paths: TriedPath[] = [];
    for (const [portal, flags] of [
      ...target.tcp.map((portal) => [portal, []] as const),
      ...target.iser.map((portal) => [portal, ["-r"]] as const),
    ]) {
      const proxy = await FaultProxy.start(portal);
      const path = { proxy, arguments: [...flags, "-p", proxy.portal, "-t", target.name] };
      await daemon.control("-A", ...path.arguments, "-w", "40");
      paths.push(path);
    }
    if (paths.length !== 2) throw new Error(`there are ${paths.length} portals`);
    const meter = await PauseMeter.start(here, daemon.nbdSocket);
    const load = new Child(
      "fio",
      [
        ...["--name=verify", "--ioengine=nbd", `--uri=${meter.uriOf("da0")}`, "--rw=randrw", "--bs=4k", "--iodepth=16", "--size=48m"],
        ...["--fsync=64", "--verify=crc32c", "--verify_backlog=256", "--verify_fatal=1", "--verify_state_save=0"],
        ...["--time_based", "--runtime=3600", "--randseed=20261122", "--output-format=json"],
      ],
      { cwd: here },
    );
    const two = new TwoPaths(daemon, paths, meter, target, load);
    await two.until((states) => states.every((state) => state === "active"));
    await untilItIsSo(() => meter.hasHeard);
    return two;
  }

  /** Waits until the paths, in the order of their sessions, have states that `are` right; there must never be another disk than the one. */
  async until(are: (states: readonly string[]) => boolean): Promise<void> {
    await untilItIsSo(async () => {
      if (this.#load.hasEnded) throw new Error(`fio ended:\n${this.#load.output}`);
      const devices = (await this.daemon.sessions()).map(({ devices: { lun } }) => lun);
      const others = devices.flat().filter(({ device }) => device !== "da0");
      if (others.length > 0) throw new Error(`there is ${others.map(({ device }) => device).join(", ")} too`);
      const known = devices.map(([device]) => device?.path ?? []).sort((a, b) => b.length - a.length)[0] ?? [];
      return known.length === this.paths.length && are(known.map(({ state }) => state));
    });
  }

  /** Ends the load, which must have met no error and no wrong byte, and then everything. */
  async finish(): Promise<LoadSummary> {
    this.#load.signal("SIGINT");
    const { stdout, stderr } = await this.#load.end();
    const { jobs } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { readonly jobs: readonly Job[] };
    const [job] = jobs;
    if (job === undefined || job.error !== 0 || /verify/.test(stderr)) throw new Error(`fio has met an error:\n${stdout}${stderr}`);
    const { code } = await this.daemon.process.stop();
    if (code !== 0) throw new Error(`iscsid ended with ${code}:\n${this.daemon.process.output}`);
    await this.#target.stop();
    return { reads: job.read.total_ios, writes: job.write.total_ios };
  }
}

interface Job {
  readonly error: number;
  readonly read: { readonly total_ios: number };
  readonly write: { readonly total_ios: number };
}
