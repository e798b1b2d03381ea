import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Child, succeed } from "./harness/child-process.ts";
import { Daemon } from "./harness/daemon.ts";
import { FaultProxy } from "./harness/fault-proxy.ts";
import { programs } from "./harness/programs.ts";
import { scratchFolder } from "./harness/scratch-folder.ts";

const folder = scratchFolder();
const iqn = "iqn.2026-11.test:behind-a-bad-network";

/** How long fio writes, reads and compares in each case. ISER_FAULT_SECONDS=60 takes the time that it should have before a release. */
const seconds = Number(process.env.ISER_FAULT_SECONDS ?? 12);
/** The first fault strikes when fio is under way. */
const headStartMs = 1500;

type Transport = "tcp" | "iser";

/** A target with a file behind a write cache, a proxy in front of it, and the daemon, whose only device this is. */
async function behindProxy(
  transport: Transport,
  name: string,
): Promise<{ readonly here: string; readonly uri: string; readonly proxy: FaultProxy; readonly daemon: Daemon }> {
  const here = join(folder, name);
  mkdirSync(here);
  const listen = transport === "tcp" ? "--listen" : "--iser";
  const target = new Child(programs.iser, [
    "target",
    listen,
    "127.0.0.1:0",
    "--target",
    iqn,
    "--lun",
    `${join(here, "disk.img")},size=64M`,
  ]);
  const [, portal = ""] = await target.says(/(?:iscsi|iser):\/\/([^/\s"]+)\//);
  const proxy = await FaultProxy.start(portal);
  const daemon = await Daemon.start(here, transport === "iser" ? ["--load", "iser"] : []);
  await daemon.control("-A", ...(transport === "iser" ? ["-r"] : []), "-p", proxy.portal, "-t", iqn, "-w", "40");
  return { here, uri: (await daemon.device()).uri, proxy, daemon };
}

/** Writes, flushes, reads back and compares all the time. Returns how many requests there were; fails when one of them did or when a byte differs. */
async function fio(uri: string, cwd: string): Promise<{ readonly reads: number; readonly writes: number }> {
  const output = await succeed(
    "fio",
    [
      ...["--name=verify", "--ioengine=nbd", `--uri=${uri}`, "--rw=randrw", "--bs=4k", "--iodepth=16", "--size=48m", "--fsync=64"],
      ...["--verify=crc32c", "--verify_backlog=256", "--verify_fatal=1", "--time_based", `--runtime=${seconds}`],
      ...["--randseed=20261122", "--output-format=json"],
    ],
    { cwd, timeoutMs: (seconds + 45) * 1000 },
  );
  const [job] = JSON.parse(output.slice(output.indexOf("{"))).jobs as readonly {
    readonly error: number;
    readonly read: { readonly total_ios: number };
    readonly write: { readonly total_ios: number };
  }[];
  expect(job?.error).toBe(0);
  return { reads: job?.read.total_ios ?? 0, writes: job?.write.total_ios ?? 0 };
}

/** Does something again and again until `until` has ended. Returns how often. */
async function every(spanMs: number, act: () => Promise<void> | void, until: Promise<unknown>): Promise<number> {
  let isOver = false;
  const over = until.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  let times = 0;
  await Promise.race([over, sleep(headStartMs)]);
  while (!isOver) {
    await act();
    times += 1;
    await Promise.race([over, sleep(spanMs)]);
  }
  return times;
}

test.each(["tcp", "iser"] as const)(
  "over %s, with the connection cut every second: no error, and not a byte is wrong",
  async (transport) => {
    const { here, uri, proxy, daemon } = await behindProxy(transport, `cut-${transport}`);
    const load = fio(uri, here);
    const cuts = await every(1000, () => void proxy.cut(), load);
    const { reads, writes } = await load;
    expect(cuts).toBeGreaterThanOrEqual(Math.floor(seconds / 2));
    expect(proxy.connections).toBeGreaterThan(cuts / 2);
    process.stderr.write(
      `  cut ${cuts} times over ${transport}: ${writes} writes, ${reads} reads, 0 errors, ${proxy.connections} connections\n`,
    );
    expect(await daemon.process.stop()).toMatchObject({ code: 0 });
  },
  (seconds + 60) * 1000,
);

// Most of this is waiting: the two wait together.
test.concurrent.each(["tcp", "iser"] as const)(
  "over %s, with the network frozen for 10 s: no error, and not a byte is wrong",
  async (transport) => {
    const { here, uri, proxy, daemon } = await behindProxy(transport, `frozen-${transport}`);
    const load = fio(uri, here);
    const freeze = async (): Promise<void> => {
      proxy.freeze();
      await sleep(10_000);
      proxy.thaw();
    };
    const times = await every(10_000, freeze, load);
    const { reads, writes } = await load;
    expect(times).toBeGreaterThan(0);
    process.stderr.write(`  frozen ${times} times for 10 s over ${transport}: ${writes} writes, ${reads} reads, 0 errors\n`);
    expect(await daemon.process.stop()).toMatchObject({ code: 0 });
  },
  (seconds + 60) * 1000,
);
