import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ManyTargets, samplesOf } from "../../programs/many-targets.ts";
import { Daemon } from "../harness/daemon.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";

const portals = 4;
const targets = 64;
const sessions = portals * targets;
const restarts = 4;

const folder = scratchFolder();

function shown(values: readonly number[]): string {
  return values.map((value) => value.toFixed(value < 100 ? 1 : 0)).join(", ");
}

async function timed<T>(what: () => Promise<T>): Promise<[T, number]> {
  const began = performance.now();
  const result = await what();
  return [result, (performance.now() - began) / 1000];
}

test(`${sessions} sessions of one daemon are all back within 30 s after their target restarted`, { timeout: 180_000 }, async () => {
  const here = join(folder, "many");
  mkdirSync(here);
  const server = await ManyTargets.start(portals, targets);
  const file = join(here, "iscsi.conf");
  writeFileSync(file, server.configuration, { mode: 0o600 });

  const daemon = await Daemon.start(here, ["--metrics", "127.0.0.1:0"]);
  const [, url = ""] = await daemon.process.says(/metrics (\S+)/);
  const scraped = async (metric: string, label = ""): Promise<ReadonlyMap<string, number>> =>
    samplesOf(await (await fetch(url)).text(), metric, label);
  const memoryMiB = async (): Promise<number> => ([...(await scraped("iscsid_resident_memory_bytes")).values()][0] ?? 0) / 2 ** 20;
  const idleMiB = await memoryMiB();
  const [, addedS] = await timed(() => daemon.control("-A", "-a", "-c", file));
  const [, connectedS] = await timed(() => daemon.control("-L", "-w", "60"));
  const connectedMiB = await memoryMiB();

  const backS: number[] = [];
  const backMiB: number[] = [];
  for (let restart = 0; restart < restarts; restart++) {
    const { start } = await server.stop();
    while ((await daemon.control("-L")).includes("Connected:"));
    await start();
    const [, seconds] = await timed(() => daemon.control("-L", "-w", "60"));
    backS.push(seconds);
    backMiB.push(await memoryMiB());
  }
  const listing = await daemon.control("-L");
  // The best of several: how long it takes, and not how long the machine had something else to do.
  let listS = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5 && listS >= 1; attempt++) [, listS] = await timed(() => daemon.control("-L"));
  const [, verboseS] = await timed(() => daemon.control("-L", "-v"));
  const most = await scraped("iscsid_logins_running_most", "portal");

  console.log(
    `${sessions} sessions: added in ${addedS.toFixed(1)} s, connected ${connectedS.toFixed(1)} s later, back ${shown(backS)} s after restarts; ` +
      `-L ${listS.toFixed(2)} s, -L -v ${verboseS.toFixed(2)} s; at most ${[...most.values()].join(", ")} logins at once at a portal; ` +
      `memory ${idleMiB.toFixed(0)} MiB without sessions, ${connectedMiB.toFixed(0)} MiB connected, ${shown(backMiB)} MiB after the restarts`,
  );
  expect(listing.match(/Connected: da\d+/g)).toHaveLength(sessions);
  for (const seconds of backS) expect(seconds).toBeLessThan(30);
  expect((backMiB.at(-1) ?? 0) - (backMiB[1] ?? 0)).toBeLessThan(64);
  expect(listS).toBeLessThan(1);
  expect([...most.keys()].sort()).toEqual([...server.addresses].sort());
  for (const count of most.values()) expect(count).toBeLessThanOrEqual(4);
  expect(connectedMiB - idleMiB).toBeLessThan(192);
  expect(await daemon.process.stop()).toMatchObject({ code: 0 });
  await server.close();
});
