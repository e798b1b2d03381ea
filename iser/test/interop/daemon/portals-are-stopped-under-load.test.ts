import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Child } from "../harness/child-process.ts";
import { Daemon } from "../harness/daemon.ts";
import { FaultProxy } from "../harness/fault-proxy.ts";
import { PauseMeter } from "../harness/pause-meter.ts";
import { programs } from "../harness/programs.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";
import { Tgt } from "../harness/tgt.ts";

/** How long portals come and go in each case. ISER_FAULT_SECONDS=60 takes the time that it should have before a release. */
const seconds = Number(process.env.ISER_FAULT_SECONDS ?? 4);
/** How often each portal goes at least, however slow the machine is. */
const leastRounds = 2;
/** How long a portal is away, in turn: with time, also longer than what was lost with it is feared to arrive late. */
const awaysMs = seconds < 30 ? [400] : [400, 2000, 7000];
/** How long all are there until the next one goes. */
const togetherMs = 400;
/**
 * How long nothing may be heard: commands go over the other path at once, and what they need besides is a disk and a busy machine. But a write to blocks that a lost one was for waits until the portal
 * is back, or 5 s, and a flush for it.
 */
const longestPauseMs = (awayMs: number): number => Math.min(awayMs + 1000, 5000) + 1000;

const folder = scratchFolder();
const iqn = "iqn.2026-11.test:two-portals";

interface Portals {
  readonly tcp: readonly string[];
  readonly iser: readonly string[];
  stop(): Promise<unknown>;
}

async function embedded(here: string, listen: readonly string[]): Promise<Portals> {
  const lun = `${join(here, "disk.img")},size=64M`;
  const target = new Child(programs.iser, ["target", ...listen, "--target", iqn, "--lun", lun, "--json"]);
  const [line] = await target.says(/^\{"event":"ready".*$/m);
  const { urls } = JSON.parse(line) as { urls: readonly string[] };
  const over = (scheme: string): string[] => urls.flatMap((url) => url.match(`^${scheme}://([^/]+)/`)?.[1] ?? []);
  return { tcp: over("iscsi"), iser: over("iser"), stop: () => target.stop() };
}

/** tgt with a second portal, and a disk behind a write cache that it says to be switched on at every login. */
async function tgt(here: string): Promise<Portals> {
  const file = join(here, "backing.img");
  writeFileSync(file, Buffer.alloc(64 * 2 ** 20));
  const server = await Tgt.start(here);
  await server.addTarget(iqn, { backing: { file } });
  return { tcp: [server.portal, await server.addPortal()], iser: [], stop: () => server.stop() };
}

const localhost = "127.0.0.1:0";

test.each([
  ["two portals over TCP", (here: string) => embedded(here, ["--listen", localhost, "--listen", localhost])],
  ["one portal over TCP and one over iSER", (here: string) => embedded(here, ["--listen", localhost, "--iser", localhost])],
  ["two portals of tgt", tgt],
])(
  "%s, each stopped and started under load: one disk, no error, not a byte wrong, and no long pause",
  async (name, start) => {
    const here = join(folder, name.replaceAll(" ", "-"));
    mkdirSync(here);
    const target = await start(here);
    const proxies: FaultProxy[] = [];
    const daemon = await Daemon.start(here, ["--load", "iser"]);
    for (const [portals, flags] of [
      [target.tcp, []],
      [target.iser, ["-r"]],
    ] as const) {
      for (const portal of portals) {
        const proxy = await FaultProxy.start(portal);
        proxies.push(proxy);
        await daemon.control("-A", ...flags, "-p", proxy.portal, "-t", iqn, "-w", "10");
      }
    }
    expect(proxies).toHaveLength(2);
    await allPathsAreGood(daemon);

    const meter = await PauseMeter.start(here, daemon.nbdSocket);
    const load = verifiedLoad(here, meter.uriOf("da0"));
    const isOver = load.ended.then(() => true);
    const until = performance.now() + seconds * 1000;
    const pauses: number[][] = proxies.map(() => []);
    await untilItIsSo(() => meter.takeLongestMs() > 0);
    for (let round = 0; round < leastRounds || performance.now() < until; round++) {
      const awayMs = awaysMs[round % awaysMs.length] ?? 0;
      for (const [at, proxy] of proxies.entries()) {
        meter.takeLongestMs();
        proxy.stop();
        await sleep(awayMs);
        await proxy.restart();
        await allPathsAreGood(daemon);
        await sleep(togetherMs);
        const pauseMs = meter.takeLongestMs();
        pauses[at]?.push(pauseMs);
        expect(pauseMs).toBeLessThan(longestPauseMs(awayMs));
        if (await Promise.race([isOver, false])) throw new Error(`fio ended:\n${load.output}`);
      }
    }
    load.signal("SIGINT");
    const { stdout, stderr } = await load.end();
    const { jobs } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { readonly jobs: readonly Job[] };
    const [job] = jobs;
    expect(job?.error, stdout + stderr).toBe(0);
    expect(stderr).not.toMatch(/verify/);
    const longest = pauses.map((those) => Math.round(Math.max(...those)));
    process.stderr.write(
      `  ${name}: stopped ${pauses.map(({ length }) => length).join(" and ")} times; ${job?.write.total_ios} writes, ${job?.read.total_ios} reads, 0 errors; longest time without I/O ${longest.join(" and ")} ms\n`,
    );
    expect(await daemon.process.stop()).toMatchObject({ code: 0 });
    await target.stop();
  },
  (seconds + 90) * 1000,
);

interface Job {
  readonly error: number;
  readonly read: { readonly total_ios: number };
  readonly write: { readonly total_ios: number };
}

/** Writes, flushes, reads back and compares until it is interrupted. */
function verifiedLoad(here: string, uri: string): Child {
  return new Child(
    "fio",
    [
      ...["--name=verify", "--ioengine=nbd", `--uri=${uri}`, "--rw=randrw", "--bs=4k", "--iodepth=16", "--size=48m", "--fsync=64"],
      ...["--verify=crc32c", "--verify_backlog=256", "--verify_fatal=1", "--verify_state_save=0", "--time_based", "--runtime=3600"],
      ...["--randseed=20261122", "--output-format=json"],
    ],
    { cwd: here },
  );
}

/** There is one disk, with two paths that get commands. */
async function allPathsAreGood(daemon: Daemon): Promise<void> {
  await untilItIsSo(async () => {
    const sessions = await daemon.sessions();
    const devices = sessions.map(({ devices: { lun } }) => lun.map(({ device }) => device).join(" "));
    expect(
      devices.every((one) => one === "da0" || one === ""),
      devices.join("; "),
    ).toBe(true);
    return sessions.every(({ devices: { lun } }) => lun[0]?.path?.filter(({ state }) => state === "active").length === 2);
  });
}

/** Waits for what is not announced, and fails after fifteen seconds. */
async function untilItIsSo(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = performance.now() + 15_000; !(await isSo()); await sleep(50)) {
    if (performance.now() > deadline) throw new Error(`it did not come to that: ${isSo.toString()}`);
  }
}
