import { VirtualClock } from "kit/clock";
import { describe, expect, test, vi } from "vitest";
import { BlockDevicePromises, type BlockError } from "#block";
import { AdditionalSense } from "../additional-sense.ts";
import { buildTimestamp } from "../cdb/report-timestamp.ts";
import { ScsiDisk } from "../disk.ts";
import type { ScsiCommand } from "../initiator-port.ts";
import { MaintenanceIn, Opcode } from "../opcode.ts";
import { plainSense, type SenseData, SenseKey } from "../sense.ts";
import { DiskDouble } from "../testing/disk-double.ts";
import { ended, type OpenedDisk, openDisk, settle } from "../testing/opened-disk.ts";
import { answer, fail, ScriptedPort } from "../testing/scripted-port.ts";

const block = new Uint8Array(512);
const cached = { blocks: 64, writeCache: true };

/** The next command meets a unit attention; the target tells for how long it has been on if `upTimeMs` is given. */
function restart({ port, double }: OpenedDisk, code: number, upTimeMs?: number): void {
  let told = false;
  port.script = (command) => {
    if (isTimestamp(command) && upTimeMs !== undefined) {
      answer(command, buildTimestamp({ origin: 0, ms: upTimeMs }));
      return undefined;
    }
    if (told) return double.script(command);
    told = true;
    fail(command, SenseKey.unitAttention, code);
    return undefined;
  };
}

function isTimestamp({ cdb }: ScsiCommand): boolean {
  return cdb[0] === Opcode.maintenanceIn && cdb[1] === MaintenanceIn.reportTimestamp;
}

const lost = { code: "EIO", message: expect.stringMatching(/restarted or reset .*since the last flush may be lost/) };

describe("writes that were acknowledged and not flushed", () => {
  test.each([0x2900, 0x2901, 0x2902, 0x2904])("are told to be lost by the next flush, once, when unit attention %i comes", async (code) => {
    const opened = await openDisk(cached);
    await opened.promised.write(0, block);
    restart(opened, code);
    await opened.promised.read(0, 512);
    await expect(opened.promised.flush()).rejects.toMatchObject(lost);
    await opened.promised.flush();
  });

  test.each([0x2903, 0x2905, 0x2906, 0x2907, 0x2a09, 0x3f0e])("are not lost by unit attention %i", async (code) => {
    const opened = await openDisk(cached);
    await opened.promised.write(0, block);
    restart(opened, code);
    await opened.promised.flush();
  });

  test.each(["write", "writeZeroes", "unmap"] as const)("may have come by %s", async (how) => {
    const opened = await openDisk({
      ...cached,
      thin: { unmap: true, zeroes: true },
      limits: { maxUnmapBlocks: 64, maxUnmapDescriptors: 1 },
    });
    if (how === "write") await opened.promised.write(0, block);
    else if (how === "unmap") await opened.promised.unmap(0, 4096);
    else await opened.promised.writeZeroes(0, 4096, { mayUnmap: false });
    restart(opened, AdditionalSense.powerOnOrReset);
    await expect(opened.promised.flush()).rejects.toMatchObject(lost);
  });

  test("are told of to the disk's owner, when it is known", async () => {
    const onWritesLost = vi.fn<(error: BlockError) => void>();
    const opened = await openDisk(cached, { onWritesLost });
    await opened.promised.write(0, block);
    restart(opened, AdditionalSense.powerOnOrReset);
    await expect(opened.promised.flush()).rejects.toMatchObject(lost);
    expect(onWritesLost.mock.calls).toMatchObject([[lost]]);
  });

  test("fail every flush that was under way when the first was told", async () => {
    const opened = await openDisk(cached);
    await opened.promised.write(0, block);
    restart(opened, AdditionalSense.powerOnOrReset);
    const ends = await Promise.all([1, 2, 3].map(() => ended((done) => opened.disk.flush(done))));
    expect(ends).toMatchObject([lost, lost, lost]);
    expect(await ended((done) => opened.disk.flush(done))).toBeUndefined();
  });

  test("do not fail a write with FUA, which vouches for itself alone, and the flush behind it takes nothing off the next", async () => {
    const opened = await openDisk(cached);
    await opened.promised.write(0, block);
    restart(opened, AdditionalSense.powerOnOrReset);
    await opened.promised.read(0, 512);
    await opened.promised.write(512, block, { fua: true });
    await expect(opened.promised.flush()).rejects.toMatchObject(lost);
  });
});

test.each(["write", "writeZeroes"] as const)("a %s with FUA that was lost before its flush is done once more", async (how) => {
  const opened = await openDisk(cached);
  const { port, double } = opened;
  let flushes = 0;
  port.script = (command) => {
    if (command.cdb[0] !== Opcode.synchronizeCache16 || flushes++ > 0) return double.script(command);
    fail(command, SenseKey.unitAttention, AdditionalSense.powerOnOrReset);
    return undefined;
  };
  if (how === "write") await opened.promised.write(0, block, { fua: true });
  else await opened.promised.writeZeroes(0, 4096, { mayUnmap: false, fua: true });
  const names = opened.port.names.filter((name) => /WRITE|SYNC/.test(name));
  const written = names.filter((name) => name.startsWith("WRITE")).length;
  expect([written, flushes, names.at(-1)]).toEqual([2, 3, "SYNCHRONIZE CACHE (16)"]);
  await expect(opened.promised.flush()).rejects.toMatchObject(lost);
});

describe("nothing is lost", () => {
  test("when everything had been flushed", async () => {
    const opened = await openDisk(cached);
    await opened.promised.write(0, block);
    await opened.promised.flush();
    restart(opened, AdditionalSense.powerOnOrReset);
    await opened.promised.read(0, 512);
    await opened.promised.flush();
  });

  test("with a cache of which its user says that it is protected, and none else", async () => {
    const opened = await openDisk(cached, { cacheIsProtected: true });
    await opened.promised.write(0, block);
    restart(opened, AdditionalSense.powerOnOrReset);
    await opened.promised.flush();
    expect(opened.port.names.filter((name) => name.includes("TIMESTAMP"))).toEqual([]);
  });

  test("without a write cache", async () => {
    const opened = await openDisk({ blocks: 64 });
    await opened.promised.write(0, block);
    restart(opened, AdditionalSense.powerOnOrReset);
    await opened.promised.flush();
  });

  test("that was written with FUA", async () => {
    const opened = await openDisk({ ...cached, dpoFua: true });
    await opened.promised.write(0, block, { fua: true });
    restart(opened, AdditionalSense.powerOnOrReset);
    await opened.promised.flush();
  });

  test.each([
    ["before the oldest such write was acknowledged", 5000, true],
    ["after it", 3000, false],
  ])("when the target says that it was switched on %s", async (_when, upTimeMs, kept) => {
    const opened = await openDisk(cached);
    opened.clock.advance(10_000);
    await opened.promised.write(0, block);
    opened.clock.advance(4000);
    restart(opened, AdditionalSense.powerOnOrReset, upTimeMs);
    const end = ended((done) => opened.disk.flush(done));
    if (kept) expect(await end).toBeUndefined();
    else expect(await end).toMatchObject(lost);
  });
});

test("a flush waits until it is known what a reset has cost", async () => {
  const opened = await openDisk(cached);
  await opened.promised.write(0, block);
  restart(opened, AdditionalSense.powerOnOrReset);
  const { script } = opened.port;
  opened.port.script = (command) => (isTimestamp(command) ? "hold" : script(command));
  const order: string[] = [];
  opened.disk.flush((error) => order.push(`flush ${error?.code}`));
  await settle();
  expect([order, opened.port.held.length]).toEqual([[], 1]);
  opened.port.release((command) => fail(command, SenseKey.illegalRequest, AdditionalSense.invalidCommandOperationCode));
  await settle();
  expect(order).toEqual(["flush EIO"]);
});

test("what was acknowledged while the target was being asked is not lost with the rest, and may be lost next time", async () => {
  const opened = await openDisk(cached);
  await opened.promised.write(0, block);
  restart(opened, AdditionalSense.powerOnOrReset);
  const { script } = opened.port;
  opened.port.script = (command) => (isTimestamp(command) ? "hold" : script(command));
  await opened.promised.read(0, 512);
  await opened.promised.write(512, block);
  opened.port.release((command) => fail(command, SenseKey.illegalRequest, AdditionalSense.invalidCommandOperationCode));
  await settle();
  await expect(opened.promised.flush()).rejects.toMatchObject(lost);
  restart(opened, AdditionalSense.powerOnOrReset);
  await expect(opened.promised.flush()).rejects.toMatchObject(lost);
});

test("a flush that waits for that ends with the disk", async () => {
  const opened = await openDisk(cached);
  await opened.promised.write(0, block);
  restart(opened, AdditionalSense.powerOnOrReset);
  const { script } = opened.port;
  opened.port.script = (command) => (isTimestamp(command) ? "hold" : script(command));
  const order: string[] = [];
  opened.disk.flush((error) => order.push(`flush ${error?.code}`));
  await settle();
  opened.disk.close(() => order.push("closed"));
  await settle();
  expect(order).toEqual(["flush ESHUTDOWN", "closed"]);
});

test("a reset that another command met counts as well, where the port tells", async () => {
  const double = new DiskDouble(cached);
  let tell: (sense: SenseData) => void = () => {};
  let watched = false;
  const port = Object.assign(new ScriptedPort(double.script), {
    watch: (_lun: number, listener: (sense: SenseData) => void) => {
      tell = listener;
      watched = true;
      return () => {
        watched = false;
      };
    },
  });
  const disk = await ScsiDisk.open(port, 0, { clock: new VirtualClock() });
  const promised = new BlockDevicePromises(disk);
  await promised.write(0, block);
  tell(plainSense(SenseKey.unitAttention, AdditionalSense.powerOnOrReset));
  await expect(promised.flush()).rejects.toMatchObject(lost);
  expect(disk.counters.unitAttentions).toBe(1);
  await promised.close();
  expect(watched).toBe(false);
});

test("a disk that is asked to looks again how large it is", async () => {
  const opened = await openDisk(cached);
  let told = 0;
  opened.disk.onGeometryChange(() => told++);
  opened.double.options = { ...cached, blocks: 128, contents: false };
  void opened.disk.refresh();
  await settle();
  expect([told, opened.disk.geometry.size]).toEqual([1, 65536]);
});
