import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { freePort } from "../../programs/free-port.ts";
import { Child } from "../harness/child-process.ts";
import { iser, programs } from "../harness/programs.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";
import { portalsOfOurs, TwoPaths } from "../harness/two-paths.ts";

/** How long each change is made again and again. ISER_FAULT_SECONDS=60 takes the time that it should have before a release. */
const seconds = Number(process.env.ISER_FAULT_SECONDS ?? 1);
const folder = scratchFolder();
const free = "127.0.0.1:0";
const allActive = (states: readonly string[]): boolean => states.every((state) => state === "active");

/** Has `change` done for each path in turn, at least once, and fails when nothing was heard for longer than it may be. */
async function eachInTurn(two: TwoPaths, what: string, longestMs: number, change: (at: number) => Promise<void>): Promise<void> {
  let longest = 0;
  let changes = 0;
  for (const until = performance.now() + seconds * 1000; changes === 0 || performance.now() < until; ) {
    for (const at of two.paths.keys()) {
      two.meter.takeLongestMs();
      await change(at);
      await sleep(300);
      longest = Math.max(longest, two.meter.takeLongestMs());
      expect(longest).toBeLessThan(longestMs);
      changes += 1;
    }
  }
  const { writes, reads } = await two.finish();
  process.stderr.write(
    `  ${what} ${changes} times; ${writes} writes, ${reads} reads, 0 errors; longest time without I/O ${Math.round(longest)} ms\n`,
  );
}

const timeout = (seconds + 90) * 1000;

/** The network says nothing for a second, nor to a ping for another one, which is looked at once a second; then blocks that were under way may have to wait for 5 s. */
const longestWhenFrozenMs = 3000 + 5000 + 1000;

test("a path that is frozen: no error, and no pause that pings and lost writes do not explain", { timeout }, async () => {
  const two = await TwoPaths.underLoad(join(folder, "frozen"), (here) => portalsOfOurs(here, "--listen", free, "--listen", free));
  await two.daemon.control("--sysctl", "kern.iscsi.ping_timeout=1");
  await eachInTurn(two, "frozen", longestWhenFrozenMs, async (at) => {
    const proxy = two.paths[at]?.proxy;
    proxy?.freeze();
    await two.until((states) => states[at] === "failed");
    await sleep(300);
    proxy?.thaw();
    await two.until(allActive);
  });
});

test("a session that is removed and added again: no error, and no pause", { timeout }, async () => {
  const two = await TwoPaths.underLoad(join(folder, "removed"), (here) => portalsOfOurs(here, "--listen", free, "--iser", free));
  await eachInTurn(two, "removed and added", 2000, async (at) => {
    const { proxy, arguments: how } = two.paths[at] ?? expect.unreachable();
    await two.daemon.control("-R", "-p", proxy.portal);
    await sleep(200);
    await two.daemon.control("-A", ...how, "-w", "40");
    await two.until(allActive);
  });
});

test("two targets that serve one file, each killed and started again: no error, and no pause", { timeout }, async () => {
  const name = "iqn.2026-11.test:one-file";
  const targets: Child[] = [];
  const serve = async (at: number, file: string, portal: string): Promise<string> => {
    const target = new Child(programs.iser, ["target", "--listen", portal, "--target", name, "--lun", `${file},size=64M`]);
    targets[at] = target;
    const [, address = ""] = await target.says(/iscsi:\/\/([^/\s]+)\//);
    return address;
  };
  const here = join(folder, "one-file");
  const file = join(here, "disk.img");
  const tcp: string[] = [];
  const two = await TwoPaths.underLoad(here, async () => {
    for (const at of [0, 1]) tcp.push(await serve(at, file, `127.0.0.1:${await freePort()}`));
    return { name, tcp, iser: [], stop: () => Promise.all(targets.map((target) => target.stop())) };
  });
  await eachInTurn(two, "killed", 2000, async (at) => {
    targets[at]?.kill();
    await targets[at]?.ended;
    await sleep(300);
    await serve(at, file, tcp[at] ?? "");
    await two.until(allActive);
  });
});

test("ports that change places, active and standby: no error, and no pause", { timeout }, async () => {
  let direct = "";
  const two = await TwoPaths.underLoad(join(folder, "states"), async (here) => {
    const target = await portalsOfOurs(here, "--listen", `${free},1`, "--listen", `${free},2`);
    direct = `iscsi://${target.tcp[0]}/${target.name}/0`;
    return target;
  });
  await eachInTurn(two, "states exchanged", 2000, async (at) => {
    const active = `${at + 1}=active/non-optimized`;
    const other = `${2 - at}=${at === 0 ? "standby" : "unavailable"}`;
    await iser(["alua", direct, "--set", active, "--set", other]);
    await two.until((states) => states[at] === "active" && states[1 - at] === "enabled");
  });
});
