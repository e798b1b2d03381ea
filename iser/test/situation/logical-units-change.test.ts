import { describe, expect, it } from "vitest";
import { MemoryDisk } from "#block";
import { type UnitEvent, unitEventOf } from "#scsi";
import { carriers, iqn, World } from "./world.ts";

async function watched(carrier: (typeof carriers)[number]) {
  const memory = new MemoryDisk({ size: 1024 * 1024 });
  const world = new World(carrier, { disk: memory });
  const disk = await world.open();
  const events: UnitEvent["kind"][] = [];
  disk.session.session.watch(0, ({ code }) => events.push(unitEventOf(code).kind));
  return { memory, world, disk, events };
}

describe.each(carriers)("logical units that change ($name)", (carrier) => {
  it("in size: the disk has it with the next command, and tells", async () => {
    const { memory, world, disk, events } = await watched(carrier);
    const sizes: number[] = [];
    disk.device.onGeometryChange(() => sizes.push(disk.geometry.size));
    memory.resize(2 * 1024 * 1024);
    await world.until(disk.read(0, 512));
    await world.pass(100);
    expect([events, sizes]).toEqual([["capacity-changed"], [2 * 1024 * 1024]]);
    expect((await world.until(disk.read(2 * 1024 * 1024 - 512, 512))).length).toBe(512);
    await world.until(disk.close());
  });

  it("in number: the session's owner hears of it without asking, when the target announces it", async () => {
    const { world, disk, events } = await watched(carrier);
    world.server.target(iqn)?.addLun({ lun: 1, device: new MemoryDisk({ size: 4096 }) });
    world.server.announceLunChange(iqn);
    await world.pass(100);
    // Once by the asynchronous message; the unit attention says it again to whoever sends a command next, and the disk may have.
    expect(events.length).toBeGreaterThan(0);
    expect(new Set(events)).toEqual(new Set(["luns-changed"]));
    await world.until(disk.close());
  });
});
