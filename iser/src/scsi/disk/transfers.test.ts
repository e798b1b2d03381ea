import { describe, expect, test } from "vitest";
import { AdditionalSense } from "../additional-sense.ts";
import { decodeLba10, decodeLba16, LbaCommand } from "../cdb/lba-command.ts";
import type { ScsiCommand } from "../initiator-port.ts";
import { Opcode } from "../opcode.ts";
import { SenseKey } from "../sense.ts";
import { ended, openDisk, settle } from "../testing/opened-disk.ts";
import { fail } from "../testing/scripted-port.ts";

/** What a descriptor block of ten or sixteen bytes says: opcode, LBA, blocks. */
function read(cdb: Uint8Array): readonly [opcode: number, lba: number, blocks: number] {
  const into = new LbaCommand();
  if (cdb.length === 10) decodeLba10(cdb, into);
  else decodeLba16(cdb, into);
  return [cdb[0]!, into.lba, into.blocks];
}

const kib = 1024;

describe("which form a command takes", () => {
  test.each([
    [2 ** 32 - 1, Opcode.read10],
    [2 ** 32, Opcode.read16],
  ])("a read at LBA %d", async (lba, opcode) => {
    const { promised, port } = await openDisk({ blocks: 2 ** 33, contents: false });
    await promised.readInto(lba * 512, new Uint8Array(1024));
    expect(port.cdbs.map(read)).toEqual([[opcode, lba, 2]]);
  });

  test("a 4Kn disk counts in its own blocks", async () => {
    const { promised, port } = await openDisk({ blocks: 2 ** 33, blockSize: 4096, contents: false });
    await promised.write((2 ** 32 - 1) * 4096, new Uint8Array(4096));
    await promised.write(2 ** 32 * 4096, new Uint8Array(8192));
    expect(port.cdbs.map(read)).toEqual([
      [Opcode.write10, 2 ** 32 - 1, 1],
      [Opcode.write16, 2 ** 32, 2],
    ]);
    await expect(promised.readInto(512, new Uint8Array(4096))).rejects.toMatchObject({ code: "EINVAL" });
    await expect(promised.readInto(2 ** 33 * 4096, new Uint8Array(4096))).rejects.toMatchObject({ code: "ENOSPC" });
  });

  test("a disk that refuses READ (10) is asked for READ (16) from then on", async () => {
    const { promised, port } = await openDisk({ blocks: 64, unknown: ["READ (10)", "WRITE (10)"] });
    await promised.write(0, new Uint8Array(512).fill(7));
    expect((await promised.read(0, 512))[0]).toBe(7);
    await promised.read(512, 512);
    expect(port.names).toEqual(["WRITE (10)", "WRITE (16)", "READ (16)", "READ (16)"]);
  });
});

describe("splitting", () => {
  test.each([
    ["the disk's limit", { maxTransfer: 16 }, 0, 8 * kib],
    ["the port's limit", {}, 4 * kib, 4 * kib],
    ["the smaller of both", { maxTransfer: 4 }, 4 * kib, 2 * kib],
    ["the port's limit in whole blocks", {}, 4 * kib + 100, 4 * kib],
    ["at least one block", {}, 100, 512],
  ])("at %s, in order", async (_name, limits, portLimit, part) => {
    const { promised, port } = await openDisk({ blocks: 256, limits }, {}, portLimit);
    const data = Uint8Array.from({ length: 10 * kib }, (_, at) => at * 7);
    await promised.write(1024, data);
    expect(await promised.read(1024, data.length)).toEqual(data);
    const lbas = port.cdbs.map((cdb) => read(cdb)[1]);
    const parts = Math.ceil(data.length / part);
    expect(lbas).toEqual([...lbas.slice(0, parts), ...lbas.slice(0, parts)]);
    expect(lbas.slice(0, parts)).toEqual(Array.from({ length: parts }, (_, index) => 2 + (index * part) / 512));
  });

  test("without any limit, at what sixteen bits can say", async () => {
    const { promised, port } = await openDisk({ blocks: 2 ** 20, contents: false });
    await promised.readInto(0, new Uint8Array(65536 * 512));
    expect(port.cdbs.map(read)).toEqual([
      [Opcode.read10, 0, 65535],
      [Opcode.read10, 65535, 1],
    ]);
  });

  test("exactly at the limit there is one command", async () => {
    const { promised, port } = await openDisk({ blocks: 256, limits: { maxTransfer: 8 } });
    await promised.read(0, 4 * kib);
    expect(port.cdbs.length).toBe(1);
    await promised.read(0, 4 * kib + 512);
    expect(port.cdbs.length).toBe(3);
  });

  test("across 2^32, the form changes with the part", async () => {
    const { promised, port } = await openDisk({ blocks: 2 ** 33, limits: { maxTransfer: 2 }, contents: false });
    await promised.readInto((2 ** 32 - 3) * 512, new Uint8Array(6 * 512));
    expect(port.cdbs.map(read)).toEqual([
      [Opcode.read10, 2 ** 32 - 3, 2],
      [Opcode.read10, 2 ** 32 - 1, 2],
      [Opcode.read16, 2 ** 32 + 1, 2],
    ]);
  });

  test("about a mebibyte is under way at once, whatever was asked", async () => {
    const { disk, port } = await openDisk({ blocks: 2 ** 16 }, {}, 256 * kib);
    port.script = () => "hold";
    const end = ended((done) => disk.readInto(0, new Uint8Array(16 * 1024 * kib), done));
    expect(port.held.length).toBe(4);
    while (port.held.length > 0) port.release();
    expect(await end).toBeUndefined();
    expect(port.deepest).toBe(4);
    expect(port.cdbs.length).toBe(64);
  });

  test("the first error ends it, after the parts under way and with no further one", async () => {
    const { disk, port } = await openDisk({ blocks: 2 ** 16 }, {}, 256 * kib);
    port.script = () => "hold";
    let error: unknown = "none yet";
    disk.writeFrom(0, new Uint8Array(4 * 1024 * kib), false, (result) => {
      error = result;
    });
    port.release((command) => fail(command, SenseKey.mediumError, AdditionalSense.writeError, { information: 77 }));
    port.release((command) => fail(command, SenseKey.hardwareError, 0x4400));
    port.release();
    expect(error).toBe("none yet");
    port.release();
    expect(error).toMatchObject({ code: "EIO", message: expect.stringContaining("LBA 77") });
    expect(port.cdbs.length).toBe(4);
  });
});

test("a command that is not split costs one slot, over and over again", async () => {
  const { promised, port, double } = await openDisk({ blocks: 256 });
  const slots = new Set<ScsiCommand>();
  port.script = (command) => {
    slots.add(command);
    return double.script(command);
  };
  const buffer = new Uint8Array(512);
  for (let round = 0; round < 100; round++) {
    await promised.readInto(0, buffer);
    await promised.write(512, buffer);
  }
  expect(slots.size).toBe(1);
  await Promise.all(Array.from({ length: 8 }, () => promised.readInto(0, new Uint8Array(512))));
  expect(slots.size).toBe(8);
});

test("the caller's own buffer is what is lent, and no slot keeps it", async () => {
  const { promised, port, double } = await openDisk({ blocks: 256 });
  let seen: ScsiCommand | undefined;
  port.script = (command) => {
    seen ??= command;
    return double.script(command);
  };
  const buffer = new Uint8Array(512);
  const end = promised.readInto(0, buffer);
  expect(seen?.dataIn).toBe(buffer);
  await end;
  expect(seen?.dataIn).toBeUndefined();
});

describe("bytes that do not come", () => {
  test.each([
    ["fewer on a read", Opcode.read10, 512, "512 bytes less"],
    ["more on a read", Opcode.read10, -512, "512 bytes more"],
    ["fewer on a write", Opcode.write10, 512, "512 bytes less"],
  ])("%s than asked are EIO, although the status is GOOD", async (_name, opcode, residual, words) => {
    const { promised, port } = await openDisk({ blocks: 256 });
    port.script = (command) => {
      command.residual = residual;
      return undefined;
    };
    const end = opcode === Opcode.read10 ? promised.read(0, 1024) : promised.write(0, new Uint8Array(1024));
    await expect(end).rejects.toMatchObject({ code: "EIO", message: expect.stringContaining(words) });
  });
});

describe("FUA", () => {
  test("is a bit where the disk knows it", async () => {
    const { promised, port } = await openDisk({ blocks: 256, writeCache: true, dpoFua: true });
    await promised.write(0, new Uint8Array(512), { fua: true });
    expect(port.cdbs.map((cdb) => [cdb[0], cdb[1]])).toEqual([[Opcode.write10, 0x08]]);
  });

  test("is a flush behind the write where it does not", async () => {
    const { disk, promised, port } = await openDisk({ blocks: 256, writeCache: true });
    expect(disk.features.fua).toBe(false);
    await promised.write(0, new Uint8Array(512), { fua: true });
    expect(port.names).toEqual(["WRITE (10)", "SYNCHRONIZE CACHE (16)"]);
  });

  test("of a long write is one flush behind all of it", async () => {
    const { promised, port } = await openDisk({ blocks: 256, writeCache: true, limits: { maxTransfer: 1 } });
    await promised.write(0, new Uint8Array(1536), { fua: true });
    expect(port.names).toEqual(["WRITE (10)", "WRITE (10)", "WRITE (10)", "SYNCHRONIZE CACHE (16)"]);
  });

  test("is nothing where there is no cache", async () => {
    const { promised, port } = await openDisk({ blocks: 256 });
    await promised.write(0, new Uint8Array(512), { fua: true });
    await promised.flush();
    expect(port.cdbs.map((cdb) => [cdb[0], cdb[1]])).toEqual([[Opcode.write10, 0]]);
  });

  test("that fails in its flush is a write that failed", async () => {
    const { promised, port, double } = await openDisk({ blocks: 256, writeCache: true });
    port.script = (command) => {
      if (command.cdb[0] !== Opcode.synchronizeCache16) return double.script(command);
      fail(command, SenseKey.hardwareError, AdditionalSense.writeError);
      return undefined;
    };
    await expect(promised.write(0, new Uint8Array(512), { fua: true })).rejects.toMatchObject({ code: "EIO" });
  });
});

describe("flush", () => {
  test("takes the ten-byte form where the other is not known, and remembers", async () => {
    const { promised, port } = await openDisk({ blocks: 256, writeCache: true, unknown: ["SYNCHRONIZE CACHE (16)"] });
    await promised.flush();
    await promised.flush();
    expect(port.names).toEqual(["SYNCHRONIZE CACHE (16)", "SYNCHRONIZE CACHE (10)", "SYNCHRONIZE CACHE (10)"]);
  });

  test("of a cache that is said to be there and cannot be flushed is an error", async () => {
    const { promised } = await openDisk({ blocks: 256, writeCache: true, unknown: ["SYNCHRONIZE CACHE (16)", "SYNCHRONIZE CACHE (10)"] });
    await expect(promised.flush()).rejects.toMatchObject({ code: "ENOTSUP" });
  });

  test("of a cache nobody spoke of that cannot be flushed is done, and there is no cache", async () => {
    const unknown = ["SYNCHRONIZE CACHE (16)", "SYNCHRONIZE CACHE (10)", "MODE SENSE (6)", "MODE SENSE (10)"];
    const { disk, promised, port } = await openDisk({ blocks: 256, unknown });
    await promised.flush();
    expect(disk.features.writeCache).toBe(false);
    port.forget();
    await promised.flush();
    expect(port.cdbs).toEqual([]);
  });
});

test("a write-protected disk refuses writes without asking", async () => {
  const { disk, promised, port } = await openDisk({ blocks: 256, writeProtected: true });
  expect(disk.features.readOnly).toBe(true);
  await expect(promised.write(0, new Uint8Array(512))).rejects.toMatchObject({ code: "EPERM" });
  expect(port.cdbs).toEqual([]);
});

test("prefetch is a hint: a disk that does not know it is not asked twice", async () => {
  const { promised, port } = await openDisk({ blocks: 256, unknown: ["PRE-FETCH (16)"] });
  await promised.prefetch(0, 4096);
  await promised.prefetch(0, 4096);
  expect(port.names).toEqual(["PRE-FETCH (16)"]);
});

test("nothing to move is done without a command", async () => {
  const { promised, port } = await openDisk({ blocks: 256 });
  await promised.readInto(512, new Uint8Array(0));
  await promised.write(512, new Uint8Array(0));
  await promised.writeZeroes(512, 0);
  await settle();
  expect(port.cdbs).toEqual([]);
});
