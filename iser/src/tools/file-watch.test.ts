import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VirtualClock } from "kit/clock";
import { afterEach, beforeEach, expect, it } from "vitest";
import { BlockDevicePromises, FileDisk, MemoryDisk } from "#block";
import { watchFiles } from "./file-watch.ts";

let folder: string;
let path: string;
let clock: VirtualClock;
let disk: FileDisk;
let told: string[];
let heard: () => void;
let unwatch: () => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "iser-watch-"));
  path = join(folder, "disk.img");
  clock = new VirtualClock();
  disk = await FileDisk.open(path, { size: 8192 });
  told = [];
  heard = () => {};
  unwatch = watchFiles([{ device: new MemoryDisk({ size: 512 }) }, { device: disk }], clock, (index, sentence) => {
    told.push(`${index}: ${sentence}`);
    heard();
  });
});

afterEach(async () => {
  unwatch();
  await new BlockDevicePromises(disk).close();
  rmSync(folder, { recursive: true });
});

/** Has the file looked at, and waits until something was told. */
async function nextTrouble(): Promise<void> {
  const next = new Promise<void>((resolve) => {
    heard = resolve;
  });
  clock.advance(1000);
  await next;
}

it("a file that was made smaller beneath a target is told, with what it had", async () => {
  truncateSync(path, 1024);
  await nextTrouble();
  expect(told).toEqual([`1: ${path} was made smaller while it is a disk: it had 8192 bytes, and has 1024`]);
  expect(disk.geometry.size).toBe(1024);
});

it("a file that was removed beneath a target is told once", async () => {
  rmSync(path);
  await nextTrouble();
  expect(told).toEqual([`1: ${path} was removed: what is in it is lost when it is no disk any more`]);
  for (let second = 0; second < 100; second++) clock.advance(1000);
  await new BlockDevicePromises(disk).flush();
  expect(told).toHaveLength(1);
});

it("commands that fail for the same reason are told once a minute", async () => {
  truncateSync(path, 512);
  const promised = new BlockDevicePromises(disk);
  const fail = (offset: number): Promise<unknown> => promised.read(offset, 512).catch((error: Error) => error.message);
  expect(await fail(4096)).toContain("ended at 4096");
  await fail(1024);
  await fail(4096);
  expect(told).toEqual([`1: ${path} ended at 4096: something made it smaller while it was a disk`]);
});

it("nothing is told of a file that is as it was", async () => {
  clock.advance(5000);
  truncateSync(path, 1024);
  await nextTrouble();
  expect(told).toHaveLength(1);
});

it("nothing is told after the end", async () => {
  unwatch();
  truncateSync(path, 512);
  clock.advance(5000);
  await new BlockDevicePromises(disk).flush();
  expect(told).toEqual([]);
  expect(disk.geometry.size).toBe(8192);
});
