import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RecordedOutput } from "kit/cli";
import { SeededRandom } from "kit/clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BlockDevicePromises, MemoryDisk } from "#block";
import { Copy, type CopyPlan } from "./copy.ts";
import { DiskEnd } from "./disk-end.ts";
import type { Sink, Source } from "./ends.ts";
import { FileEnd } from "./file-end.ts";
import { PipeSink, PipeSource } from "./pipe-end.ts";

const plan: CopyPlan = { blockSize: 4096, skip: 0, seek: 0, length: undefined, depth: 3, sparse: false, remember: true };
const calm = new AbortController().signal;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iser-dd-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

function randomBytes(length: number, seed = 1): Uint8Array {
  return new SeededRandom(seed).bytes(length);
}

function disk(size: number): MemoryDisk {
  return new MemoryDisk({ size });
}

function diskEnd(device: MemoryDisk, fua = false): DiskEnd {
  return new DiskEnd("disk", new BlockDevicePromises(device), { fua });
}

/** Byte for byte; `toEqual` would look at each as a number of its own. */
function same(found: Uint8Array, expected: Uint8Array): boolean {
  return Buffer.compare(found, expected) === 0;
}

async function contents(device: MemoryDisk): Promise<Uint8Array> {
  return new BlockDevicePromises(device).read(0, device.geometry.size);
}

async function* pieces(data: Uint8Array, seed: number): AsyncGenerator<Uint8Array> {
  const random = new SeededRandom(seed);
  await Promise.resolve();
  for (let at = 0; at < data.length; ) {
    const length = 1 + random.below(5000);
    yield data.subarray(at, at + length);
    at += length;
  }
}

async function run(source: Source, sink: Sink, changes: Partial<CopyPlan> = {}): Promise<Copy> {
  const copy = new Copy(source, sink, { ...plan, ...changes });
  copy.checkRoom();
  await copy.run(() => {}, calm);
  return copy;
}

describe("a copy", () => {
  it("from disk to disk is whole, and verifies", async () => {
    const from = disk(100 * 512);
    const to = disk(200 * 512);
    const data = randomBytes(100 * 512);
    await new BlockDevicePromises(from).write(0, data);
    const copy = await run(diskEnd(from), diskEnd(to, true));
    expect(copy.copied).toBe(100 * 512);
    expect(copy.total).toBe(100 * 512);
    expect(same((await contents(to)).subarray(0, 100 * 512), data)).toBe(true);
    await copy.verify(() => {}, calm);
  });

  it("from a pipe keeps its order and its odd end, and what a disk has behind it", async () => {
    const data = randomBytes(50_001);
    const to = disk(64 * 1024);
    const before = randomBytes(64 * 1024, 2);
    await new BlockDevicePromises(to).write(0, before);
    const copy = await run(new PipeSource(pieces(data, 3), calm), diskEnd(to));
    expect(copy.copied).toBe(50_001);
    const after = await contents(to);
    expect(same(after.subarray(0, 50_001), data)).toBe(true);
    expect(same(after.subarray(50_001), before.subarray(50_001))).toBe(true);
    await copy.verify(() => {}, calm);
  });

  it("to a pipe keeps its order", async () => {
    const from = disk(64 * 512);
    const data = randomBytes(64 * 512);
    await new BlockDevicePromises(from).write(0, data);
    const output = new RecordedOutput();
    await run(diskEnd(from), new PipeSink(output), { blockSize: 1024, depth: 8 });
    expect(same(output.bytes, data)).toBe(true);
  });

  it("begins and ends where it is told", async () => {
    const from = disk(64 * 512);
    const to = disk(64 * 512);
    const data = randomBytes(64 * 512);
    await new BlockDevicePromises(from).write(0, data);
    await run(diskEnd(from), diskEnd(to), { blockSize: 512, skip: 512 * 3, seek: 512 * 7, length: 512 * 10 });
    const after = await contents(to);
    expect(same(after.subarray(512 * 7, 512 * 17), data.subarray(512 * 3, 512 * 13))).toBe(true);
    expect(after.subarray(0, 512 * 7).every((byte) => byte === 0)).toBe(true);
    expect(after.subarray(512 * 17).every((byte) => byte === 0)).toBe(true);
  });

  it("from a pipe reads up to where it begins", async () => {
    const data = randomBytes(10_000);
    const output = new RecordedOutput();
    await run(new PipeSource(pieces(data, 5), calm), new PipeSink(output), { blockSize: 100, skip: 1234, length: 777 });
    expect(same(output.bytes, data.subarray(1234, 1234 + 777))).toBe(true);
  });

  it("through a file is whole", async () => {
    const path = join(directory, "image");
    const data = randomBytes(20_000);
    writeFileSync(path, randomBytes(30_000, 9));
    const sink = await FileEnd.openSink(path, { durable: true, keep: 0 });
    const copy = await run(new PipeSource(pieces(data, 1), calm), sink);
    await copy.verify(() => {}, calm);
    await sink.close();
    expect(same(readFileSync(path), data)).toBe(true);
    const source = await FileEnd.openSource(path);
    const to = disk(40 * 512);
    await run(source, diskEnd(to));
    await source.close();
    expect(same((await contents(to)).subarray(0, 20_000), data)).toBe(true);
  });

  it("into a file keeps what is behind it when told to", async () => {
    const path = join(directory, "image");
    const before = randomBytes(10_000, 9);
    writeFileSync(path, before);
    const sink = await FileEnd.openSink(path, { durable: false, keep: undefined });
    await run(new PipeSource(pieces(new Uint8Array(6000), 1), calm), sink, { blockSize: 1000, seek: 1000, sparse: true });
    await sink.close();
    const after = new Uint8Array(readFileSync(path));
    expect(same(after.subarray(0, 1000), before.subarray(0, 1000))).toBe(true);
    expect(same(after.subarray(1000, 7000), new Uint8Array(6000))).toBe(true);
    expect(same(after.subarray(7000), before.subarray(7000))).toBe(true);
  });
});

describe("a sparse copy", () => {
  const data = new Uint8Array(64 * 1024);
  data.set(randomBytes(5000), 8192);

  it("leaves holes in a file, of the right length", async () => {
    const path = join(directory, "sparse");
    const sink = await FileEnd.openSink(path, { durable: false, keep: 0 });
    const copy = await run(new PipeSource(pieces(data, 1), calm), sink, { sparse: true });
    await sink.close();
    expect(copy.zeroes).toBe(64 * 1024 - 8192);
    expect(statSync(path).size).toBe(64 * 1024);
    expect(same(readFileSync(path), data)).toBe(true);
  });

  it("makes zeroes of what a disk had", async () => {
    const to = disk(64 * 1024);
    await new BlockDevicePromises(to).write(0, randomBytes(64 * 1024, 4));
    const copy = await run(new PipeSource(pieces(data, 1), calm), diskEnd(to), { sparse: true });
    expect(copy.zeroes).toBe(64 * 1024 - 8192);
    expect(same(await contents(to), data)).toBe(true);
    await copy.verify(() => {}, calm);
  });
});

describe("a copy that goes wrong", () => {
  it("is refused before anything is written when it cannot fit", async () => {
    const to = disk(512);
    await expect(run(diskEnd(disk(1024)), diskEnd(to))).rejects.toThrow("1024 bytes do not fit into disk: it has 512 bytes");
    await expect(run(diskEnd(disk(1024)), diskEnd(disk(1024)), { seek: 512 })).rejects.toThrow("512 from there on");
  });

  it("ends when a disk is full that a pipe fills", async () => {
    const to = disk(8192);
    const copy = new Copy(new PipeSource(pieces(randomBytes(10_000), 1), calm), diskEnd(to), plan);
    await expect(copy.run(() => {}, calm)).rejects.toThrow("disk is full: it has 8192 bytes");
    expect(copy.copied).toBe(8192);
  });

  it("is not taken for whole when the source was made smaller under it", async () => {
    const path = join(directory, "image");
    writeFileSync(path, randomBytes(20_000));
    const source = await FileEnd.openSource(path);
    truncateSync(path, 5000);
    await expect(run(source, diskEnd(disk(40 * 512)))).rejects.toThrow(`${path} had 20000 bytes, and ended after 5000`);
    await source.close();
  });

  it("writes nothing behind a block that could not be read", async () => {
    const written: number[] = [];
    const source: Source = {
      name: "source",
      size: 10 * 4096,
      inOrder: false,
      read: (position, destination) =>
        position === 2 * 4096 ? Promise.reject(new Error("medium error")) : Promise.resolve(destination.length),
      close: async () => {},
    };
    const sink: Sink = {
      name: "sink",
      capacity: undefined,
      inOrder: true,
      write: (position) => {
        written.push(position);
        return Promise.resolve();
      },
      flush: async () => {},
      close: async () => {},
    };
    await expect(run(source, sink)).rejects.toThrow("medium error");
    expect(written.every((position) => position < 2 * 4096)).toBe(true);
  });

  it("notices damage", async () => {
    const from = disk(20 * 512);
    const to = disk(20 * 512);
    await new BlockDevicePromises(from).write(0, randomBytes(20 * 512));
    const copy = await run(diskEnd(from), diskEnd(to), { blockSize: 512 });
    await new BlockDevicePromises(to).write(7 * 512, new Uint8Array(512));
    await expect(copy.verify(() => {}, calm)).rejects.toThrow("does not hold what was written to it, in the 512 bytes at 3584");
  });

  it("ends when it is interrupted, also while a pipe says nothing", async () => {
    const stop = new AbortController();
    async function* silent(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(4096);
      queueMicrotask(() => stop.abort());
      await new Promise(() => {});
    }
    const copy = new Copy(new PipeSource(silent(), stop.signal), diskEnd(disk(65536)), plan);
    await expect(copy.run(() => {}, stop.signal)).rejects.toMatchObject({ name: "AbortError" });
    expect(copy.copied).toBe(4096);
  });
});
