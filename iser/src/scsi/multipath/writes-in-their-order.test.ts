import { SeededRandom } from "kit/clock";
import { expect, test } from "vitest";
import { settle } from "../testing/opened-disk.ts";
import { twoPaths } from "./testing/two-paths.ts";

const seeds = Number(process.env.SEEDS ?? 60);
const first = Number(process.env.SEED ?? 1);

/**
 * Invariant: whatever is cut and comes back, and whatever a target executes late, the last write to a block is what is on it. Writes of one to three blocks, up to twelve at a time.
 * Replay one: SEED=n SEEDS=1 npx vitest run --project iser src/scsi/multipath
 */
test.each(Array.from({ length: seeds }, (_, index) => first + index))(
  "the last write to a block is what is on it, seed %i",
  async (seed) => {
    const random = new SeededRandom(seed);
    const below = (limit: number): number => random.below(limit);
    const { tests, double, a, b, pathA, promised, cut, restore } = await twoPaths();
    for (const port of [a, b]) port.holds = true;
    const last = new Uint8Array(8);
    const under = new Set<Promise<void>>();
    let ghosts: (() => void)[] = [];
    for (let step = 1; step <= 200; step++) {
      const port = below(2) === 0 ? a : b;
      switch (below(8)) {
        case 0:
        case 1:
        case 2:
          if (under.size < 12) {
            const at = below(6);
            const length = 1 + below(3);
            last.fill(step, at, Math.min(8, at + length));
            const write = promised.write(at * 512, new Uint8Array((Math.min(8, at + length) - at) * 512).fill(step));
            under.add(write);
            void write.then(() => under.delete(write));
          }
          break;
        case 3:
        case 4:
        case 5:
          port.release();
          break;
        case 6:
          if (port.connected && (port === a ? b : a).connected) {
            const late = port.underWay().filter(() => below(2) === 0);
            ghosts.push(...late);
            cut(port);
          } else {
            // A login ends the session before: what it had left is executed by then, or never.
            for (const ghost of ghosts) ghost();
            ghosts = [];
            for (const one of [a, b]) if (!one.connected) restore(one);
          }
          break;
        case 7:
          ghosts.shift()?.();
      }
      await settle();
    }
    for (const ghost of ghosts) ghost();
    for (const port of [a, b]) {
      port.holds = false;
      if (port.connected) for (let left = port.waiting; left > 0; left--) port.release();
      else restore(port);
    }
    await tests.pass(10_000);
    await Promise.all(under);
    expect(pathA.state).toBe("up");
    expect(Array.from({ length: 8 }, (_, at) => double.contents[at * 512])).toEqual([...last]);
  },
);
