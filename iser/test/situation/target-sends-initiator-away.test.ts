import { describe, expect, it } from "vitest";
import { carriers, World } from "./world.ts";

describe.each(carriers)("a target that sends the initiator away ($name)", (carrier) => {
  it.each([false, true])("by a redirect at login (permanent: %s) is followed", async (permanent) => {
    const world = new World(carrier, { target: { redirect: { permanent, address: "elsewhere:3261" } } });
    world.servers.set("elsewhere:3261", world.createServer());
    const disk = await world.open();
    expect(disk.session.portal).toMatchObject({ host: "elsewhere", port: 3261 });
    world.cut();
    await world.pass(2000);
    expect((await world.until(disk.read(0, 512))).length).toBe(512);
    // A target that moved for good is not asked for at its old address again.
    expect(world.server.statistics.connectionsAccepted).toBe(permanent ? 1 : 2);
    await world.until(disk.close());
  });

  it("in a circle is given up with a sentence", async () => {
    const world = new World(carrier, { target: { redirect: { permanent: false, address: "target:3260" } } });
    await expect(world.open()).rejects.toThrow(/redirected 8 times/);
    expect(world.clock.waiting).toBe(0);
  });

  it("by asking for a logout loses no command", async () => {
    const world = new World(carrier);
    const disk = await world.open();
    const writes = Promise.all(Array.from({ length: 64 }, (_, index) => disk.write(index * 4096, world.bytes(4096))));
    world.server.requestLogout(5);
    await world.until(writes);
    await world.pass(1000);
    expect((await world.until(disk.read(0, 512))).length).toBe(512);
    expect(disk.session.logins).toBe(2);
    await world.until(disk.close());
  });

  it("by dropping the session is come back to", async () => {
    const world = new World(carrier);
    const disk = await world.open();
    world.server.dropSessions(1);
    await world.pass(3000);
    expect((await world.until(disk.read(0, 512))).length).toBe(512);
    await world.until(disk.close());
  });
});
