import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { scratchFolder } from "../harness/scratch-folder.ts";
import { Tgt } from "../harness/tgt.ts";
import { type Portals, portalsOfOurs, TwoPaths } from "../harness/two-paths.ts";

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

/** tgt with a second portal, and a disk behind a write cache that it says to be switched on at every login. */
async function portalsOfTgt(here: string): Promise<Portals> {
  const name = "iqn.2026-11.test:portals-of-tgt";
  const file = join(here, "backing.img");
  writeFileSync(file, Buffer.alloc(64 * 2 ** 20));
  const server = await Tgt.start(here);
  await server.addTarget(name, { backing: { file } });
  return { name, tcp: [server.portal, await server.addPortal()], iser: [], stop: () => server.stop() };
}

const free = "127.0.0.1:0";

test.each([
  ["two portals over TCP", (here: string) => portalsOfOurs(here, "--listen", free, "--listen", free)],
  ["one portal over TCP and one over iSER", (here: string) => portalsOfOurs(here, "--listen", free, "--iser", free)],
  ["two portals of tgt", portalsOfTgt],
])(
  "%s, each stopped and started under load: one disk, no error, not a byte wrong, and no long pause",
  async (name, start) => {
    const two = await TwoPaths.underLoad(join(folder, name.replaceAll(" ", "-")), start);
    const until = performance.now() + seconds * 1000;
    const pauses: number[][] = two.paths.map(() => []);
    for (let round = 0; round < leastRounds || performance.now() < until; round++) {
      const awayMs = awaysMs[round % awaysMs.length] ?? 0;
      for (const [at, { proxy }] of two.paths.entries()) {
        two.meter.takeLongestMs();
        proxy.stop();
        await sleep(awayMs);
        await proxy.restart();
        await two.until((states) => states.every((state) => state === "active"));
        await sleep(togetherMs);
        const pauseMs = two.meter.takeLongestMs();
        pauses[at]?.push(pauseMs);
        expect(pauseMs).toBeLessThan(longestPauseMs(awayMs));
      }
    }
    const { writes, reads } = await two.finish();
    const times = pauses.map(({ length }) => length).join(" and ");
    const longest = pauses.map((those) => Math.round(Math.max(...those))).join(" and ");
    process.stderr.write(
      `  ${name}: stopped ${times} times; ${writes} writes, ${reads} reads, 0 errors; longest time without I/O ${longest} ms\n`,
    );
  },
  (seconds + 90) * 1000,
);
