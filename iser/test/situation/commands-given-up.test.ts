import { describe, expect, it } from "vitest";
import type { TaskManagementOutcome } from "#scsi";
import { HeldDisk } from "./held-disk.ts";
import { carriers, World } from "./world.ts";

const poison = 0xa5;

async function openHeld(carrier: (typeof carriers)[number]) {
  const held = new HeldDisk({ size: 4 * 1024 * 1024 });
  const world = new World(carrier, { disk: held });
  const disk = await world.open();
  held.held = true;
  return { held, world, disk };
}

describe.each(carriers)("a command that is given up ($name)", (carrier) => {
  it("rejects with ECANCELED once the target has let go of it, and its buffer is not touched afterwards", async () => {
    const { held, world, disk } = await openHeld(carrier);
    const controller = new AbortController();
    const buffer = new Uint8Array(64 * 1024).fill(poison);
    const read = disk.readInto(0, buffer, { signal: controller.signal });
    await world.pass(50);
    expect(held.waiting).toBe(1);
    controller.abort(new Error("changed my mind"));
    const settled = Promise.allSettled([read]);
    await world.pass(50);
    held.letGo();
    expect(await world.until(settled)).toMatchObject([{ status: "rejected", reason: { code: "ECANCELED" } }]);
    await world.pass(50);
    expect(buffer.every((byte) => byte === poison)).toBe(true);
    expect((await world.until(disk.read(0, 512))).length).toBe(512);
    await world.until(disk.close());
    expect(world.clock.waiting).toBe(0);
  });

  it("leaves its neighbours alone", async () => {
    const { held, world, disk } = await openHeld(carrier);
    const controller = new AbortController();
    const reads = [disk.read(0, 4096), disk.read(4096, 4096, { signal: controller.signal }), disk.read(8192, 4096)];
    const results = Promise.allSettled(reads);
    await world.pass(50);
    controller.abort();
    await world.pass(50);
    held.letGo();
    expect((await world.until(results)).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    await world.until(disk.close());
  });
});

describe.each(carriers)("task management ($name)", (carrier) => {
  it.each(["lun-reset", "target-warm-reset", "abort-task-set"] as const)(
    "%s ends what is outstanding; the next command works",
    async (what) => {
      const { held, world, disk } = await openHeld(carrier);
      const writes = Promise.allSettled(Array.from({ length: 8 }, (_, index) => disk.write(index * 4096, world.bytes(4096))));
      await world.pass(50);
      expect(held.waiting).toBeGreaterThan(0);
      const outcome = new Promise<TaskManagementOutcome>((resolve) => disk.session.session.manage(what, 0, resolve));
      await world.pass(50);
      held.letGo();
      expect(await world.until(outcome)).toBe("complete");
      await world.until(writes);
      expect(disk.session.session.outstanding).toBe(0);
      expect((await world.until(disk.read(0, 4096))).length).toBe(4096);
      await world.until(disk.close());
      expect(world.server.sessions).toEqual([]);
    },
  );

  it("a command without an answer is aborted, reset and at last reconnected, and ends", async () => {
    const { held, world, disk } = await openHeld(carrier);
    const read = Promise.allSettled([disk.read(0, 4096)]);
    await world.pass(100_000);
    held.letGo();
    const [result] = await world.until(read);
    expect(result?.status).toBeDefined();
    expect((await world.until(disk.read(0, 512))).length).toBe(512);
    await world.until(disk.close());
    expect(world.clock.waiting).toBe(0);
  });
});
