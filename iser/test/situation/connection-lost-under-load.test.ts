import { describe, expect, it } from "vitest";
import type { TargetServer } from "#target";
import { HeldDisk } from "./held-disk.ts";
import { carriers, World } from "./world.ts";

describe.each(carriers)("a connection lost under load ($name)", (carrier) => {
  it.each([1, 2, 3, 4, 5])("fails no command and loses no write that was acknowledged (seed %i)", async (seed) => {
    const world = new World(carrier, { splits: true, seed });
    const disk = await world.open();
    const model = new Uint8Array(1024 * 1024);
    const worker = async (lane: number): Promise<void> => {
      // Each lane has blocks of its own, so that the order of lanes does not matter.
      for (let round = 0; round < 25; round += 1) {
        const offset = (lane + 16 * Math.floor(world.random.fraction() * 8)) * 8192;
        const data = world.bytes(8192);
        await disk.write(offset, data);
        model.set(data, offset);
        expect(Buffer.compare(await disk.read(offset, 8192), data)).toBe(0);
      }
    };
    const load = Promise.all(Array.from({ length: 16 }, (_, lane) => worker(lane)));
    load.catch(() => undefined);
    for (let cut = 0; cut < 6; cut += 1) {
      await Promise.resolve();
      world.links.at(-1)?.run();
      world.cut();
      await world.pass(300);
    }
    await world.until(load);
    expect(Buffer.compare(await world.until(disk.read(0, model.length)), model)).toBe(0);
    expect(disk.session.logins).toBeGreaterThan(1);
    await world.until(disk.close());
    expect(world.server.sessions).toEqual([]);
    expect(world.clock.waiting).toBe(0);
  });

  it("keeps commands waiting while the target is away, and sends them when it returns", async () => {
    const world = new World(carrier);
    const disk = await world.open();
    const server = switchOff(world);
    const read = disk.read(0, 4096);
    await world.pass(20_000);
    expect(disk.session).toMatchObject({ state: "waiting", failureReason: expect.stringContaining("connection refused") as string });
    world.servers.set("target:3260", server());
    expect((await world.until(read)).length).toBe(4096);
    await world.until(disk.close());
  });

  it("fails what waits longer than it may", async () => {
    const world = new World(carrier);
    const disk = await world.open("", { session: { queueTimeoutMs: 5000 } });
    switchOff(world);
    await expect(world.until(disk.read(0, 4096))).rejects.toMatchObject({ code: "EIO" });
    await world.until(disk.close());
    expect(world.clock.waiting).toBe(0);
  });

  it("fails what waits longer than it may also when every login succeeds, and no command ever does", async () => {
    const held = new HeldDisk({ size: 1024 * 1024 });
    const world = new World(carrier, { disk: held });
    const disk = await world.open("", { session: { queueTimeoutMs: 5000, backOff: { mostMs: 200 } } });
    held.held = true;
    let outcome: unknown;
    disk.read(0, 4096).catch((error: unknown) => (outcome = error));
    for (let cut = 0; cut < 60; cut += 1) {
      if (disk.session.state === "connected") world.cut();
      await world.pass(200);
    }
    expect(outcome).toMatchObject({ code: "EIO" });
    expect(disk.session.logins).toBeGreaterThan(5);
    held.letGo();
    expect((await world.until(disk.read(0, 512))).length).toBe(512);
    await world.until(disk.close());
    expect(world.clock.waiting).toBe(0);
  });

  it("is noticed by a ping when the network goes silent", async () => {
    const world = new World(carrier);
    const disk = await world.open();
    world.isSilent = true;
    await world.pass(7000);
    world.isSilent = false;
    await world.pass(3000);
    expect(disk.session.logins).toBeGreaterThan(1);
    expect((await world.until(disk.read(0, 512))).length).toBe(512);
    await world.until(disk.close());
  });
});

/** The target's machine goes down; the returned function starts it again. */
function switchOff(world: World): () => TargetServer {
  world.servers.delete("target:3260");
  world.cut();
  return () => world.createServer();
}
