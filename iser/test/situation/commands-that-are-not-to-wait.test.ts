import { describe, expect, it } from "vitest";
import { carriers, World } from "./world.ts";

describe.each(carriers)("fail_on_disconnection ($name)", (carrier) => {
  it("ends commands with the connection, refuses further ones, and lets them pass when it is back", async () => {
    const world = new World(carrier);
    const disk = await world.open("", { session: { failOnDisconnection: true } });
    world.servers.delete("target:3260");
    const lost = disk.read(0, 4096);
    lost.catch(() => undefined);
    world.cut();
    await expect(world.until(lost)).rejects.toMatchObject({
      code: "EIO",
      message: expect.stringContaining("fail_on_disconnection") as string,
    });
    await expect(world.until(disk.read(0, 4096))).rejects.toMatchObject({ code: "EIO" });
    world.servers.set("target:3260", world.createServer());
    await world.pass(5000);
    expect((await world.until(disk.read(0, 4096))).length).toBe(4096);
    await world.until(disk.close());
    expect(world.clock.waiting).toBe(0);
  });
});
