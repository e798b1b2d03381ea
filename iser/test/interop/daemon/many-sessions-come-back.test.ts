import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SystemClock, SystemRandom } from "kit/clock";
import { expect, test } from "vitest";
import { MemoryDisk } from "#block";
import { TcpTargetDatamover } from "#datamover";
import { formatPortal } from "#iscsi";
import { listen } from "#socket";
import { type RunningTarget, startTarget, type TargetTransport } from "#target";
import { Daemon } from "../harness/daemon.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";

const portals = 4;
const targets = 64;
const sessions = portals * targets;

const folder = scratchFolder();
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

const disks = Array.from({ length: targets }, () => new MemoryDisk({ size: 1024 * 1024 }));

/** One process, several portals, and behind each all targets. */
function target(ports: readonly number[]): Promise<RunningTarget> {
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

async function timed<T>(what: () => Promise<T>): Promise<[T, number]> {
  const began = clock.now();
  const result = await what();
  return [result, (clock.now() - began) / 1000];
}

/** Numbers of one metric by one of its labels. */
async function scraped(url: string, metric: string, label: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(url)).text();
  const lines = text.split("\n").filter((line) => line.startsWith(metric) && /[ {]/.test(line[metric.length] ?? ""));
  return new Map(
    lines.map((line) => [new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.[1] ?? "", Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

test(`${sessions} sessions of one daemon are all back within 30 s after their target restarted`, { timeout: 180_000 }, async () => {
  const here = join(folder, "many");
  mkdirSync(here);
  let running = await target(Array.from({ length: portals }, () => 0));
  const addresses = running.portals.map((portal) => formatPortal({ ...portal, groupTag: undefined }));
  const file = join(here, "iscsi.conf");
  const blocks = addresses.flatMap((address, portal) =>
    disks.map((_disk, number) => `s${portal}-${number} { TargetAddress = ${address}; TargetName = ${nameOf(number)} }\n`),
  );
  writeFileSync(file, blocks.join(""), { mode: 0o600 });

  const daemon = await Daemon.start(here, ["--metrics", "127.0.0.1:0"]);
  const [, url = ""] = await daemon.process.says(/metrics (\S+)/);
  const rss = async (): Promise<number> => ([...(await scraped(url, "iscsid_resident_memory_bytes", "x")).values()][0] ?? 0) / 2 ** 20;
  const idleMiB = await rss();
  const [, addedS] = await timed(() => daemon.control("-A", "-a", "-c", file));
  const [, connectedS] = await timed(() => daemon.control("-L", "-w", "60"));
  const connectedMiB = await rss();

  const ports = running.portals.map(({ port }) => port);
  await running.close();
  await daemon.process.says(/session lost/);
  running = await target(ports);
  const [, backS] = await timed(() => daemon.control("-L", "-w", "60"));
  const [listing, listS] = await timed(() => daemon.control("-L"));
  const [, verboseS] = await timed(() => daemon.control("-L", "-v"));
  const most = await scraped(url, "iscsid_logins_running_most", "portal");
  const backMiB = await rss();

  console.log(
    `${sessions} sessions: added in ${addedS.toFixed(1)} s, connected ${connectedS.toFixed(1)} s later, back ${backS.toFixed(1)} s after a restart; ` +
      `-L ${listS.toFixed(2)} s, -L -v ${verboseS.toFixed(2)} s; at most ${[...most.values()].join(", ")} logins at once at a portal; ` +
      `memory ${idleMiB.toFixed(0)} MiB without sessions, ${connectedMiB.toFixed(0)} MiB connected, ${backMiB.toFixed(0)} MiB after the restart`,
  );
  expect(listing.match(/Connected: da\d+/g)).toHaveLength(sessions);
  expect(backS).toBeLessThan(30);
  expect(listS).toBeLessThan(1);
  expect([...most.keys()].sort()).toEqual([...addresses].sort());
  for (const count of most.values()) expect(count).toBeLessThanOrEqual(4);
  expect(connectedMiB - idleMiB).toBeLessThan(128);
  expect(await daemon.process.stop(20_000)).toMatchObject({ code: 0 });
  await running.close();
});
