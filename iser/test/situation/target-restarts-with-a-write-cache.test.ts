import { describe, expect, it } from "vitest";
import { type BlockFeatures, MemoryDisk } from "#block";
import { carriers, World } from "./world.ts";

class CachingDisk extends MemoryDisk {
  override readonly features: BlockFeatures = { ...new MemoryDisk({ size: 512 }).features, writeCache: true };
}

/** The target is started anew; what its disk had, it still has, but nobody knows that. */
async function restart(world: World, upTimeMs?: () => number): Promise<void> {
  const luns = [{ device: world.disk, ...(upTimeMs && { upTimeMs }) }];
  world.servers.set("target:3260", world.createServer({ target: { luns } }));
  world.cut();
  await world.pass(2000);
}

describe.each(carriers)("a target that restarts under a write cache ($name)", (carrier) => {
  it("fails one flush of writes that were acknowledged before, and no other", async () => {
    const world = new World(carrier, { disk: new CachingDisk({ size: 1024 * 1024 }) });
    const disk = await world.open();
    await world.until(disk.write(0, world.bytes(4096)));
    await restart(world);
    await expect(world.until(disk.flush())).rejects.toMatchObject({
      code: "EIO",
      message: expect.stringMatching(/restarted or reset .*since the last flush may be lost/) as string,
    });
    await world.until(disk.flush());
    await world.until(disk.write(0, world.bytes(4096)));
    await world.until(disk.flush());
    await world.until(disk.close());
    expect(world.clock.waiting).toBe(0);
  });

  it("fails none when everything had been flushed", async () => {
    const world = new World(carrier, { disk: new CachingDisk({ size: 1024 * 1024 }) });
    const disk = await world.open();
    await world.until(disk.write(0, world.bytes(4096)));
    await world.until(disk.flush());
    await restart(world);
    await world.until(disk.flush());
    await world.until(disk.close());
  });

  it.each([
    ["fails none when it says that its machine was on all the time", 1_000_000, false],
    ["fails one when it says that its machine was not", 1, true],
  ])("%s", async (_name, upTime, fails) => {
    const world = new World(carrier, { disk: new CachingDisk({ size: 1024 * 1024 }) });
    const disk = await world.open();
    await world.pass(1000);
    await world.until(disk.write(0, world.bytes(4096)));
    await restart(world, () => upTime);
    const flush = world.until(disk.flush());
    if (fails) await expect(flush).rejects.toMatchObject({ code: "EIO" });
    else await flush;
    await world.until(disk.close());
  });

  it("is no other than a lost connection for a disk without a cache", async () => {
    const world = new World(carrier);
    const disk = await world.open();
    await world.until(disk.write(0, world.bytes(4096)));
    await restart(world);
    await world.until(disk.flush());
    await world.until(disk.close());
  });
});
