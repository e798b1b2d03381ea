import { expect, test } from "vitest";
import { type BlockDevice, type BlockDone, BlockError } from "./block-device.ts";
import { BlockDevicePromises } from "./block-device-promises.ts";
import { MemoryDisk } from "./memory-disk.ts";

/** A memory disk whose reads wait to be let go. */
function slowDisk(): { readonly device: BlockDevice; readonly waiting: BlockDone[] } {
  const device: BlockDevice = new MemoryDisk({ size: 4096 });
  const waiting: BlockDone[] = [];
  device.readInto = (_offset, _destination, done) => void waiting.push(done);
  return { device, waiting };
}

test("the device is handed the caller's own memory", async () => {
  const { device, waiting } = slowDisk();
  const seen: Uint8Array[] = [];
  device.readInto = (_offset, destination, done) => {
    seen.push(destination);
    waiting.push(done);
  };
  const mine = new Uint8Array(512);
  const end = new BlockDevicePromises(device).readInto(0, mine);
  expect(seen[0]).toBe(mine);
  waiting[0]?.(undefined);
  await end;
});

test("a device that cannot cancel keeps the buffer until it is done, signal or not", async () => {
  const { device, waiting } = slowDisk();
  const controller = new AbortController();
  let settled = false;
  const end = new BlockDevicePromises(device).readInto(0, new Uint8Array(512), { signal: controller.signal }).finally(() => {
    settled = true;
  });
  controller.abort();
  await new Promise(setImmediate);
  expect(settled).toBe(false);
  waiting[0]?.(undefined);
  await end;
});

test("a device that can cancel is told which command", async () => {
  const { device, waiting } = slowDisk();
  device.cancel = (done) => {
    if (waiting.includes(done)) done(new BlockError("ECANCELED", "given up"));
  };
  const promised = new BlockDevicePromises(device);
  const controller = new AbortController();
  const other = promised.readInto(0, new Uint8Array(512));
  const end = promised.readInto(0, new Uint8Array(512), { signal: controller.signal });
  controller.abort("enough");
  await expect(end).rejects.toMatchObject({ code: "ECANCELED", cause: "enough" });
  waiting[0]?.(undefined);
  await other;
});

test.each([
  [2 ** 52, "ENOSPC"],
  [-1, "EINVAL"],
  [1.5, "EINVAL"],
  [Number.NaN, "EINVAL"],
])("a length of %d takes no memory", async (length, code) => {
  await expect(new BlockDevicePromises(new MemoryDisk({ size: 4096 })).read(0, length)).rejects.toMatchObject({ code });
});

test("a status that says nothing is an error rather than a loop without end", async () => {
  const device: BlockDevice = new MemoryDisk({ size: 4096 });
  device.blockStatus = (_offset, _length, done) => done(undefined, []);
  await expect(new BlockDevicePromises(device).blockStatus().next()).rejects.toMatchObject({ code: "EIO" });
});

test("a hint to a device that takes none is over at once", async () => {
  await new BlockDevicePromises(new MemoryDisk({ size: 4096 })).prefetch(0, 4096);
});
