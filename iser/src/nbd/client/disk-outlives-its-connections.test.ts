import { SeededRandom } from "kit/clock";
import { describe, expect, it } from "vitest";
import { MemoryDisk } from "#block";
import { DiskWorld, Outcome } from "../testing/disk-world.ts";
import { HeldDevice } from "../testing/held-device.ts";
import type { NbdDisk } from "./nbd-disk.ts";

const size = 1024 * 1024;

function memory(options: { readonly readOnly?: boolean; readonly blockSize?: number } = {}): MemoryDisk {
  return new MemoryDisk({ size, ...options });
}

function write(disk: NbdDisk, offset: number, data: Uint8Array, fua = false): Outcome {
  const outcome = new Outcome();
  disk.writeFrom(offset, data, fua, outcome.done);
  return outcome;
}

function read(disk: NbdDisk, offset: number, destination: Uint8Array): Outcome {
  const outcome = new Outcome();
  disk.readInto(offset, destination, outcome.done);
  return outcome;
}

const good = { error: undefined };

describe("an export as a disk", () => {
  it("is what the server says it is", async () => {
    const world = new DiskWorld([{ name: "da0", description: "a disk", device: memory({ blockSize: 4096 }) }]);
    const disk = await world.open();
    expect(disk.geometry).toMatchObject({ size, blockSize: 4096 });
    expect(disk.features).toMatchObject({ readOnly: false, writeCache: true, fua: true, unmap: true, writeZeroes: true });
    expect(disk.description).toBe("a disk");
  });

  it("takes no writes when it is to be read alone", async () => {
    const disk = await new DiskWorld([{ name: "da0", device: memory() }]).open(true);
    expect(disk.features.readOnly).toBe(true);
    expect(write(disk, 0, new Uint8Array(512)).settled?.error?.code).toBe("EPERM");
  });

  it("is refused when there is none of that name", async () => {
    await expect(new DiskWorld([{ name: "da1", device: memory() }]).open()).rejects.toThrow('has no export "da0"');
  });

  it("refuses ranges that it does not have", async () => {
    const disk = await new DiskWorld([{ name: "da0", device: memory() }]).open();
    expect(read(disk, size, new Uint8Array(512)).settled?.error?.code).toBe("ENOSPC");
    expect(read(disk, 1, new Uint8Array(512)).settled?.error?.code).toBe("EINVAL");
  });

  it("passes zeroes, trims and flushes on, and their errors back", async () => {
    const device = new HeldDevice(size);
    const world = new DiskWorld([{ name: "da0", device }]);
    const disk = await world.open();
    const outcomes = [0, 1, 2, 3].map(() => new Outcome());
    disk.writeZeroes(0, 4096, { mayUnmap: false, fast: false, fua: true }, outcomes[0]!.done);
    disk.unmap(4096, 8192, outcomes[1]!.done);
    disk.flush(outcomes[2]!.done);
    world.run();
    expect(device.held.map(({ kind, offset, length, fua }) => [kind, offset, length, fua])).toEqual([
      ["writeZeroes", 0, 4096, true],
      ["unmap", 4096, 8192, false],
      ["flush", 0, 0, false],
    ]);
    device.finishAll();
    world.run();
    expect(outcomes.slice(0, 3).map(({ settled }) => settled)).toEqual([good, good, good]);
  });
});

describe("a connection that is lost", () => {
  it("costs nothing: what has no answer is sent again over the next, in order", async () => {
    const device = new HeldDevice(size);
    const world = new DiskWorld([{ name: "da0", device }]);
    const disk = await world.open();
    const destination = new Uint8Array(512);
    const outcomes = [write(disk, 0, new Uint8Array(65536).fill(7)), read(disk, 0, destination), write(disk, 512, new Uint8Array(512))];
    const flushed = new Outcome();
    disk.flush(flushed.done);
    world.run();
    device.finishNext(); // the first write is done, and its answer is lost
    world.cut();
    device.held.length = 0;
    await world.pass(100);
    expect(device.held.map(({ kind, offset }) => [kind, offset])).toEqual([
      ["write", 0],
      ["read", 0],
      ["write", 512],
      ["flush", 0],
    ]);
    device.finishAll();
    world.run();
    expect([...outcomes, flushed].map(({ settled }) => settled)).toEqual([good, good, good, good]);
    expect(destination.every((byte) => byte === 7)).toBe(true);
    expect(world.events).toEqual(["cut", "connected again"]);
  });

  it("is waited for as long as it takes, with what comes meanwhile", async () => {
    const world = new DiskWorld([{ name: "da0", device: memory() }]);
    const disk = await world.open();
    world.kill();
    const written = write(disk, 0, new Uint8Array(512).fill(3));
    await world.pass(60_000);
    expect(written.settled).toBeUndefined();
    world.start();
    await world.pass(1100);
    expect(written.settled).toEqual(good);
    expect(world.events).toEqual(["cut", "nobody listens", "connected again"]);
  });

  it("is waited for when the server comes back without the export", async () => {
    const device = memory();
    const world = new DiskWorld([{ name: "da0", device }]);
    const disk = await world.open();
    world.kill();
    world.exports = [];
    world.start();
    const written = write(disk, 0, new Uint8Array(512).fill(3));
    await world.pass(5000);
    expect(written.settled).toBeUndefined();
    world.exports = [{ name: "da0", device }];
    await world.pass(1100);
    expect(written.settled).toEqual(good);
  });

  it("does not lead to another disk under the same name", async () => {
    const other = memory();
    const world = new DiskWorld([{ name: "da0", description: "naa.1", device: memory() }]);
    const disk = await world.open();
    world.kill();
    world.exports = [{ name: "da0", description: "naa.2", device: other }];
    world.start();
    const written = write(disk, 0, new Uint8Array(512).fill(3));
    await world.pass(5000);
    expect(written.settled).toBeUndefined();
    expect(world.events.at(-1)).toContain("another disk than before (naa.2)");
    expect(world.events.length).toBe(2);
    world.exports = [{ name: "da0", description: "naa.1", device: memory() }];
    await world.pass(1100);
    expect(written.settled).toEqual(good);
  });

  it("by a server that ends in good order is no error either", async () => {
    const device = new HeldDevice(size);
    const world = new DiskWorld([{ name: "da0", device }]);
    const disk = await world.open();
    const early = read(disk, 0, new Uint8Array(512));
    world.run();
    const ended = world.server?.close(world.clock.now(), 1000);
    const late = read(disk, 0, new Uint8Array(512));
    world.run();
    device.finishAll();
    world.run();
    await ended;
    world.start();
    await world.pass(200);
    device.finishAll();
    world.run();
    expect([early.settled, late.settled]).toEqual([good, good]);
  });
});

describe("another size", () => {
  it("is seen without being told, and used", async () => {
    const world = new DiskWorld([{ name: "da0", device: memory() }]);
    const disk = await world.open();
    let told = 0;
    disk.onGeometryChange(() => told++);
    await world.pass(5000);
    expect(told).toBe(0);
    world.exports = [{ name: "da0", device: new MemoryDisk({ size: 2 * size }) }];
    await world.pass(5000);
    expect([told, disk.geometry.size]).toEqual([1, 2 * size]);
  });
});

describe("closing", () => {
  it("ends what is outstanding, connected or not", async () => {
    const world = new DiskWorld([{ name: "da0", device: new HeldDevice(size) }]);
    for (const connected of [true, false]) {
      world.start();
      const disk = await world.open();
      const outcome = read(disk, 0, new Uint8Array(512));
      world.run();
      if (!connected) world.kill();
      const closed = new Outcome();
      disk.close(closed.done);
      world.run();
      await world.pass(100);
      expect(outcome.settled?.error?.code).toBe("ESHUTDOWN");
      expect(closed.settled).toEqual(good);
      expect(read(disk, 0, new Uint8Array(512)).settled?.error?.code).toBe("ESHUTDOWN");
      disk.close(() => {}); // once more is harmless
    }
  });
});

it("any history of cuts, with bytes cut anywhere, leaves what was written last", async () => {
  const seed = Number(process.env.NBD_SEED ?? 4);
  const random = new SeededRandom(seed);
  const below = (limit: number): number => Math.floor(random.fraction() * limit);
  const world = new DiskWorld([{ name: "da0", device: memory() }], random);
  const disk = await world.open();
  const model = new Uint8Array(size);
  for (let round = 0; round < 60; round++) {
    const outcomes: Outcome[] = [];
    // Writes of one round do not overlap: their order among each other is nobody's.
    for (let piece = 0; piece < 16; piece++) {
      const offset = piece * 65536 + 512 * below(8);
      const data = random.bytes(512 * (1 + below(100)));
      model.set(data, offset);
      outcomes.push(write(disk, offset, data, below(4) === 0));
    }
    if (below(2) === 0) world.cut();
    await world.pass(1100);
    expect(
      outcomes.map(({ settled }) => settled),
      `NBD_SEED=${seed}, round ${round}`,
    ).toEqual(outcomes.map(() => good));
  }
  const whole = new Uint8Array(size);
  const outcome = read(disk, 0, whole);
  await world.pass(50);
  expect(outcome.settled).toEqual(good);
  expect(Buffer.compare(whole, model)).toBe(0);
});
