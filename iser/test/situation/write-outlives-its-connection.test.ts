import { describe, expect, it } from "vitest";
import { HeldDisk } from "./held-disk.ts";
import { carriers, World } from "./world.ts";

describe.each(carriers)("a write that is on its way to the disk when the connection is lost ($name)", (carrier) => {
  it.each([
    ["it was still wanted", false],
    ["it had been aborted", true],
  ])("is over before anything of the next session begins, when %s", async (_when, isAborted) => {
    const held = new HeldDisk({ size: 1024 * 1024 });
    const world = new World(carrier, { disk: held });
    const disk = await world.open();
    held.held = true;
    const controller = new AbortController();
    const first = world.bytes(4096);
    const second = world.bytes(4096);
    const late = Promise.allSettled([disk.write(0, first, { signal: controller.signal })]);
    await world.pass(50);
    if (isAborted) controller.abort();
    await world.pass(50);
    world.cut();
    await world.pass(1000);
    expect(disk.session).toMatchObject({ state: "connected", logins: 2 });
    // A write that was aborted is over; one that is still wanted is sent again, and whoever wants an order among his own waits for its end.
    const offset = isAborted ? 0 : 4096;
    const next = disk.write(offset, second);
    await world.pass(1000);
    expect(held.waiting).toBe(1);
    held.letGo();
    await world.until(late);
    await world.until(next);
    expect(Buffer.compare(await world.until(disk.read(offset, 4096)), second)).toBe(0);
    if (!isAborted) expect(Buffer.compare(await world.until(disk.read(0, 4096)), first)).toBe(0);
    await world.until(disk.close());
    expect(world.clock.waiting).toBe(0);
  });
});
