import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { MemoryDisk } from "#block";
import { carriers, World } from "../situation/world.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes of everything that is still referred to. */
function heapUsed(): number {
  collectGarbage();
  const { heapUsed: objects, arrayBuffers } = process.memoryUsage();
  return objects + arrayBuffers;
}

/** Every so many cuts it is looked at what there is. The least of several looks counts: the collector takes its time with memory that sockets and engines would hold. */
const lookEvery = 30;

it.each([
  [carriers[0]!, 630],
  [carriers[1]!, 360],
])("cuts over $name take no memory", async (carrier, cuts) => {
  const world = new World(carrier, { disk: new MemoryDisk({ size: 256 * 1024 }) });
  const disk = await world.open("", { session: { backOff: { firstMs: 10, mostMs: 10 } } });
  const block = world.bytes(4096);
  const looks: number[] = [];
  for (let cut = 0; cut < cuts; cut++) {
    const write = disk.write((cut % 64) * 4096, block);
    world.links.at(-1)?.run();
    world.cut();
    await world.pass(50);
    await world.until(write);
    if (cut % lookEvery === 0) looks.push(heapUsed());
  }
  expect(disk.session.logins).toBeGreaterThan(cuts);
  // The first third makes what is then used again.
  const third = Math.floor(looks.length / 3);
  const growth = Math.min(...looks.slice(-third)) - Math.min(...looks.slice(third, 2 * third));
  expect(growth / (third * lookEvery)).toBeLessThan(2048);
  await world.until(disk.close());
});
