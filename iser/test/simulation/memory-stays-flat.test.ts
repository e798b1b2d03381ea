import { queryObjects } from "node:v8";
import { expect, it } from "vitest";
import { MemoryDisk } from "#block";
import { carriers, World } from "../situation/world.ts";

/**
 * How many objects are still referred to: functions, arrays, maps, buffers and all others. That is exact, since it collects first. How many bytes the engine holds for them is not: a loaded machine
 * frees buffers late, and code is compiled when the engine likes.
 */
function liveObjects(): number {
  return Number(queryObjects(Object));
}

/** Cuts that make what is then used again. */
const warmUp = 40;
const cuts = 60;
const lookEvery = 5;

/** Objects more with each cut: the median of the slopes between any two looks. One look in two finds things that wait for the next collection. */
function growth(looks: readonly number[]): number {
  const slopes = looks.flatMap((late, to) => looks.slice(0, to).map((early, from) => (late - early) / ((to - from) * lookEvery)));
  return slopes.sort((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? Number.NaN;
}

it.each([carriers[0]!, carriers[1]!])("cuts over $name leave nothing behind", async (carrier) => {
  const world = new World(carrier, { disk: new MemoryDisk({ size: 256 * 1024 }) });
  const disk = await world.open("", { session: { backOff: { firstMs: 10, mostMs: 10 } } });
  const block = world.bytes(4096);
  const looks: number[] = [];
  for (let cut = 0; cut < warmUp + cuts; cut++) {
    const write = disk.write((cut % 64) * 4096, block);
    world.links.at(-1)?.run();
    world.cut();
    await world.pass(50);
    await world.until(write);
    if (cut >= warmUp && cut % lookEvery === 0) looks.push(liveObjects());
  }
  expect(disk.session.logins).toBeGreaterThan(warmUp + cuts);
  // Whatever a cut left behind, each time or every other time, would be at least an object.
  expect(growth(looks), `objects at each look: ${looks.join(" ")}`).toBeLessThan(0.4);
  await world.until(disk.close());
});
