import { mkdtemp, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BlockDevicePromises } from "./block-device-promises.ts";
import { FileDisk } from "./file-disk.ts";

let folder: string;
let image: string;
const open: FileDisk[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "file-disk-"));
  image = join(folder, "disk.img");
});

afterEach(async () => {
  for (const disk of open.splice(0)) await new BlockDevicePromises(disk).close();
  await rm(folder, { recursive: true });
});

async function opened(...args: Parameters<typeof FileDisk.open>): Promise<BlockDevicePromises> {
  const disk = await FileDisk.open(...args);
  open.push(disk);
  return new BlockDevicePromises(disk);
}

test("a file is created sparse, private and of the wanted size", async () => {
  const disk = await opened(image, { size: 1024 ** 4 });
  const stats = await stat(image);
  expect(stats.size).toBe(1024 ** 4);
  expect(stats.blocks).toBe(0);
  expect(stats.mode & 0o777).toBe(0o600);
  expect(disk.geometry).toMatchObject({ size: 1024 ** 4, blockSize: 512 });
});

test("what is written is in the file, at its place", async () => {
  const disk = await opened(image, { size: 8192 });
  await disk.write(512, new Uint8Array(512).fill(1));
  await disk.write(4096, new Uint8Array(512).fill(2), { fua: true });
  await disk.flush();
  const bytes = await readFile(image);
  expect(new Uint8Array(bytes.subarray(512, 1024))).toEqual(new Uint8Array(512).fill(1));
  expect(new Uint8Array(bytes.subarray(4096, 4608))).toEqual(new Uint8Array(512).fill(2));
  expect(await disk.read(0, 8192)).toEqual(new Uint8Array(bytes));
});

test("what was never written is known to be a hole", async () => {
  const disk = await opened(image, { size: 1024 * 1024 });
  await disk.write(200 * 1024, new Uint8Array(512));
  const extents = [];
  for await (const extent of disk.blockStatus()) extents.push(extent);
  expect(extents).toEqual([
    { offset: 0, length: 192 * 1024, hole: true, zero: true },
    { offset: 192 * 1024, length: 64 * 1024, hole: false, zero: false },
    { offset: 256 * 1024, length: 768 * 1024, hole: true, zero: true },
  ]);
});

test("of a file that has contents, everything counts as data", async () => {
  await writeFile(image, new Uint8Array(65536).fill(1));
  const disk = await opened(image);
  expect(disk.features.blockStatus).toBe(false);
  for await (const extent of disk.blockStatus()) expect(extent).toEqual({ offset: 0, length: 65536, hole: false, zero: false });
});

test("zeroing writes zeroes, and says so when it was to be fast", async () => {
  await writeFile(image, new Uint8Array(4 * 1024 * 1024).fill(1));
  const disk = await opened(image);
  await expect(disk.writeZeroes(0, 512, { fast: true })).rejects.toMatchObject({ code: "ENOTSUP" });
  await disk.writeZeroes(512, 3 * 1024 * 1024, { fua: true });
  const bytes = await readFile(image);
  expect(bytes.indexOf(0)).toBe(512);
  expect(bytes.indexOf(1, 512)).toBe(512 + 3 * 1024 * 1024);
  expect(bytes.subarray(512, 512 + 3 * 1024 * 1024).every((byte) => byte === 0)).toBe(true);
});

test("zeroing what is still a hole is fast and leaves it one", async () => {
  const disk = await opened(image, { size: 1024 ** 4 });
  await disk.writeZeroes(0, 1024 ** 4, { fast: true });
  expect((await stat(image)).blocks).toBe(0);
});

test("a file that is cut short under the disk is an error, never silent zeroes", async () => {
  await writeFile(image, new Uint8Array(8192).fill(1));
  const disk = await opened(image);
  await truncate(image, 4608);
  await expect(disk.read(4096, 4096)).rejects.toMatchObject({ code: "EIO" });
});

test("one file is not two disks, under whatever names", async () => {
  await opened(image, { size: 4096 });
  await symlink(image, join(folder, "alias"));
  await expect(FileDisk.open(join(folder, "alias"))).rejects.toMatchObject({ code: "EBUSY" });
  await expect(FileDisk.open(image, { readOnly: true })).rejects.toMatchObject({ code: "EBUSY" });
  for (const disk of open.splice(0)) await new BlockDevicePromises(disk).close();
  await opened(image, { readOnly: true });
  await opened(image, { readOnly: true });
  await expect(FileDisk.open(image)).rejects.toMatchObject({ code: "EBUSY" });
});

test("closing waits for what is outstanding", async () => {
  const disk = await FileDisk.open(image, { size: 8192 });
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    disk.writeFrom(0, new Uint8Array(8192).fill(1), false, (error) => order.push(error?.code ?? "written"));
    disk.close(() => {
      order.push("closed");
      resolve();
    });
    disk.readInto(0, new Uint8Array(512), (error) => order.push(error?.code ?? "read"));
  });
  expect(order).toEqual(["ESHUTDOWN", "written", "closed"]);
  expect((await readFile(image))[8191]).toBe(1);
});

test("what cannot be a disk is refused with a reason, and nothing is created", async () => {
  await expect(FileDisk.open(image)).rejects.toMatchObject({ code: "EINVAL", message: expect.stringContaining("give a size") });
  for (const readOnly of [false, true]) {
    await expect(FileDisk.open(folder, { readOnly })).rejects.toMatchObject({
      code: "EINVAL",
      message: expect.stringContaining("is no regular file"),
    });
  }
  const nowhere = FileDisk.open(join(folder, "none", "disk"), { size: 4096 });
  await expect(nowhere).rejects.toMatchObject({ code: "EINVAL", message: expect.stringContaining("nor a folder for it") });
  const forReading = FileDisk.open(image, { size: 4096, readOnly: true });
  await expect(forReading).rejects.toMatchObject({ code: "EINVAL", message: expect.stringContaining("for reading alone none is created") });
  await expect(FileDisk.open("/dev/zero")).rejects.toMatchObject({ code: "EINVAL" });
  await expect(FileDisk.open(image, { size: 1000 })).rejects.toMatchObject({ code: "EINVAL" });
  await expect(stat(image)).rejects.toThrow("ENOENT");
  await writeFile(image, "short");
  await expect(FileDisk.open(image)).rejects.toMatchObject({
    code: "EINVAL",
    message: expect.stringContaining('"truncate -s 512" makes it one'),
  });
  await expect(FileDisk.open(image, { blockSize: 4096 })).rejects.toThrow('"truncate -s 4096" makes it one');
  await expect(FileDisk.open(image, { size: 4096 })).rejects.toMatchObject({ code: "EINVAL" });
});

test("a file that grew is a larger disk when it was looked at, in whole blocks, and the disk tells", async () => {
  const disk = await FileDisk.open(image, { size: 4096 });
  open.push(disk);
  const sizes: number[] = [];
  const measured = async (size: number): Promise<void> => {
    await truncate(image, size);
    const told = new Promise<void>((resolve) => {
      const unwatch = disk.onGeometryChange(() => {
        sizes.push(disk.geometry.size);
        unwatch();
        resolve();
      });
    });
    disk.measure();
    await told;
  };
  await measured(8192 + 100);
  await measured(1024);
  expect(sizes).toEqual([8192, 1024]);
  await expect(new BlockDevicePromises(disk).read(1024, 512)).rejects.toMatchObject({ code: "ENOSPC" });
});

test("what the system refuses is told in its words", async () => {
  const tooLong = join(folder, "x".repeat(300));
  await expect(FileDisk.open(tooLong)).rejects.toThrow(`cannot open ${tooLong}: name too long (ENAMETOOLONG)`);
});
