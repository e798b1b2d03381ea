import { describe, expect, it } from "vitest";
import { MemoryDisk } from "#block";
import { carriers, World } from "./world.ts";

describe.each(carriers)("a disk over iSCSI ($name)", (carrier) => {
  it.each([
    ["without digests", ""],
    ["with a header digest", "?header_digest=crc32c"],
    ["with a data digest", "?data_digest=crc32c"],
    ["with both digests", "?header_digest=crc32c&data_digest=crc32c"],
  ])("gives back what was written, %s, however the network cuts the stream", async (_name, query) => {
    const world = new World(carrier, { splits: true, seed: 7 });
    const disk = await world.open(query);
    for (const [offset, length] of [
      [0, 512],
      [4096, 4096],
      [65536, 8192 + 512],
      [512 * 1024, 300 * 1024],
      [1024 * 1024, 1024 * 1024],
    ] as const) {
      const data = world.bytes(length);
      await world.until(disk.write(offset, data));
      expect(Buffer.compare(await world.until(disk.read(offset, length)), data)).toBe(0);
    }
    await world.until(disk.flush());
    await world.until(disk.close());
    expect(world.server.sessions).toEqual([]);
    expect(world.clock.waiting).toBe(0);
  });

  it("serves many commands at once and keeps them apart", async () => {
    const world = new World(carrier, { splits: true, seed: 11 });
    const disk = await world.open();
    const blocks = Array.from({ length: 300 }, () => world.bytes(4096));
    await world.until(Promise.all(blocks.map((block, index) => disk.write(index * 4096, block))));
    const read = await world.until(Promise.all(blocks.map((_, index) => disk.read(index * 4096, 4096))));
    expect(read.every((block, index) => Buffer.compare(block, blocks[index]!) === 0)).toBe(true);
    await world.until(disk.close());
  });

  it("speaks of 4096-byte blocks when the target has them", async () => {
    const world = new World(carrier, { disk: new MemoryDisk({ size: 1024 * 1024, blockSize: 4096 }) });
    const disk = await world.open();
    expect(disk.geometry.blockSize).toBe(4096);
    await expect(disk.read(512, 512)).rejects.toMatchObject({ code: "EINVAL" });
    await world.until(disk.close());
  });

  it("unmaps, writes zeroes and says where nothing is", async () => {
    const world = new World(carrier);
    const disk = await world.open();
    await world.until(disk.write(0, world.bytes(256 * 1024)));
    await world.until(disk.unmap(64 * 1024, 64 * 1024));
    await world.until(disk.writeZeroes(0, 4096, { mayUnmap: false }));
    expect((await world.until(disk.read(0, 4096))).every((byte) => byte === 0)).toBe(true);
    const extents: { offset: number; hole: boolean }[] = [];
    const gather = async (): Promise<void> => {
      for await (const { offset, hole } of disk.blockStatus(0, 256 * 1024)) extents.push({ offset, hole });
    };
    await world.until(gather());
    expect(extents.some(({ offset, hole }) => hole && offset === 64 * 1024)).toBe(true);
    await world.until(disk.close());
  });

  it("does not write to a read-only LUN", async () => {
    const world = new World(carrier, { target: { luns: [{ device: new MemoryDisk({ size: 1024 * 1024 }), readOnly: true }] } });
    const disk = await world.open();
    expect(disk.features.readOnly).toBe(true);
    await expect(world.until(disk.write(0, new Uint8Array(512)))).rejects.toMatchObject({ code: "EPERM" });
    await world.until(disk.close());
  });

  it("lists the portal's targets", async () => {
    const world = new World(carrier);
    const portals = [
      { host: "10.0.0.1", port: 3260, groupTag: 1 },
      { host: "fe80::1", port: 3261, groupTag: 2 },
    ];
    world.server.announceAt(portals, { exclusively: true });
    expect(await world.discover()).toMatchObject([
      {
        name: "iqn.2026-11.test:disk",
        portals: [
          { host: "10.0.0.1", port: 3260 },
          { host: "fe80::1", port: 3261 },
        ],
      },
    ]);
    expect(world.clock.waiting).toBe(0);
  });
});
