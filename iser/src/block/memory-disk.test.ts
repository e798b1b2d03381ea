import { expect, test } from "vitest";
import { BlockDevicePromises } from "./block-device-promises.ts";
import { MemoryDisk } from "./memory-disk.ts";

const kib = 1024;
const tib = 1024 ** 4;

async function extents(disk: MemoryDisk, offset: number, length: number) {
  const list = [];
  for await (const extent of new BlockDevicePromises(disk).blockStatus(offset, length)) list.push(extent);
  return list;
}

test("a disk of a tebibyte takes memory for what is written and gives it back when unmapped", async () => {
  const disk = new MemoryDisk({ size: tib });
  const promised = new BlockDevicePromises(disk);
  expect(disk.memoryUsed).toBe(0);
  await promised.write(tib - 512, new Uint8Array(512).fill(7));
  await promised.write(512 * 1024 ** 3, new Uint8Array(512).fill(9));
  expect(disk.memoryUsed).toBe(2 * 256 * kib);
  expect(await promised.read(tib - 1024, 1024)).toEqual(new Uint8Array(1024).fill(7, 512));
  await promised.unmap(0, tib);
  expect(disk.memoryUsed).toBe(0);
  expect(await promised.read(tib - 512, 512)).toEqual(new Uint8Array(512));
});

test("block status is true to the block", async () => {
  const disk = new MemoryDisk({ size: 256 * kib });
  const promised = new BlockDevicePromises(disk);
  await promised.write(64 * kib, new Uint8Array(128 * kib).fill(1));
  await promised.unmap(100 * kib, 512);
  await promised.writeZeroes(0, 512, { mayUnmap: false });
  expect(await extents(disk, 0, 256 * kib)).toEqual([
    { offset: 0, length: 512, hole: false, zero: false },
    { offset: 512, length: 64 * kib - 512, hole: true, zero: true },
    { offset: 64 * kib, length: 36 * kib, hole: false, zero: false },
    { offset: 100 * kib, length: 512, hole: true, zero: true },
    { offset: 100 * kib + 512, length: 92 * kib - 512, hole: false, zero: false },
    { offset: 192 * kib, length: 64 * kib, hole: true, zero: true },
  ]);
});

test("a block that was unmapped in the midst of others and written again is no hole", async () => {
  const disk = new MemoryDisk({ size: 256 * kib });
  const promised = new BlockDevicePromises(disk);
  await promised.write(0, new Uint8Array(256 * kib).fill(1));
  await promised.unmap(0, 1024);
  await promised.write(512, new Uint8Array(512).fill(1));
  expect(await extents(disk, 0, 256 * kib)).toEqual([
    { offset: 0, length: 512, hole: true, zero: true },
    { offset: 512, length: 256 * kib - 512, hole: false, zero: false },
  ]);
});

test("block status of a huge hole comes in parts", () => {
  const disk = new MemoryDisk({ size: tib });
  const answers: number[] = [];
  disk.blockStatus(0, tib, (_error, list) => answers.push(list.length, list[0]!.length));
  expect(answers).toEqual([1, 4 * 1024 ** 3]);
});

test("a full memory says ENOSPC and keeps what it has", async () => {
  const promised = new BlockDevicePromises(new MemoryDisk({ size: tib, memoryLimit: 256 * kib }));
  await promised.write(0, new Uint8Array(512).fill(3));
  await expect(promised.write(256 * kib, new Uint8Array(512))).rejects.toMatchObject({ code: "ENOSPC" });
  await promised.write(1024, new Uint8Array(512).fill(4));
  expect((await promised.read(0, 512))[0]).toBe(3);
  await promised.unmap(0, 256 * kib);
  await promised.write(256 * kib, new Uint8Array(512));
});

test.each([
  ["misaligned offset", 100, 512, "EINVAL"],
  ["misaligned length", 0, 100, "EINVAL"],
  ["negative offset", -512, 512, "EINVAL"],
  ["no number", Number.NaN, 512, "EINVAL"],
  ["a fraction", 0.5, 512, "EINVAL"],
  ["over 2^53", 2 ** 60, 512, "EINVAL"],
  ["past the end", 4096, 512, "ENOSPC"],
  ["across the end", 3584, 1024, "ENOSPC"],
])("%s is refused", async (_name, offset, length, code) => {
  const promised = new BlockDevicePromises(new MemoryDisk({ size: 4096 }));
  await expect(promised.readInto(offset, new Uint8Array(length))).rejects.toMatchObject({ code });
  await expect(promised.write(offset, new Uint8Array(length))).rejects.toMatchObject({ code });
  await expect(promised.unmap(offset, length)).rejects.toMatchObject({ code });
  await expect(promised.writeZeroes(offset, length)).rejects.toMatchObject({ code });
});

test("a read-only disk can be read and nothing else", async () => {
  const promised = new BlockDevicePromises(new MemoryDisk({ size: 4096, readOnly: true }));
  await promised.read(0, 4096);
  await promised.flush();
  await expect(promised.write(0, new Uint8Array(512))).rejects.toMatchObject({ code: "EPERM" });
  await expect(promised.unmap(0, 512)).rejects.toMatchObject({ code: "EPERM" });
  await expect(promised.writeZeroes(0, 512)).rejects.toMatchObject({ code: "EPERM" });
});

test("a resize is told, and what was cut off does not come back", async () => {
  const disk = new MemoryDisk({ size: 8192 });
  const promised = new BlockDevicePromises(disk);
  await promised.write(4096, new Uint8Array(4096).fill(5));
  let told = 0;
  const stop = disk.onGeometryChange(() => told++);
  disk.resize(4096);
  disk.resize(8192);
  stop();
  disk.resize(16384);
  expect(told).toBe(2);
  expect(await promised.read(4096, 4096)).toEqual(new Uint8Array(4096));
});

test("after close everything ends in ESHUTDOWN, and closing again is harmless", async () => {
  const promised = new BlockDevicePromises(new MemoryDisk({ size: 4096 }));
  await promised.close();
  await promised.close();
  await expect(promised.read(0, 512)).rejects.toMatchObject({ code: "ESHUTDOWN" });
  await expect(promised.flush()).rejects.toMatchObject({ code: "ESHUTDOWN" });
});

test.each([{ size: 0 }, { size: 100 }, { size: 2 ** 53 }, { size: 4096, blockSize: 520 }, { size: 4096, blockSize: 256 }])(
  "%o is no disk",
  (options) => {
    expect(() => new MemoryDisk(options)).toThrow(expect.objectContaining({ code: "EINVAL" }));
  },
);

test("its memory is lent to readers in place of copies: piece by piece, zeroes for holes, and nothing for what may not be read", () => {
  const disk = new MemoryDisk({ size: 256 * kib });
  const contents = Uint8Array.from({ length: 100 * kib }, (_, index) => (index % 251) + 1);
  disk.writeFrom(30 * kib, contents, false, () => {});
  const pieces: Uint8Array[] = [];
  expect(disk.lendRead(512, 255 * kib, pieces)).toBe(true);
  const copy = new Uint8Array(255 * kib);
  disk.readInto(512, copy, () => {});
  expect(Buffer.concat(pieces).equals(copy)).toBe(true);
  expect(disk.lendRead(0, 257 * kib, pieces)).toBe(false);
  disk.close(() => {});
  expect(disk.lendRead(0, 512, pieces)).toBe(false);
  expect(Buffer.concat(pieces).equals(copy)).toBe(true);
});
