import { describe, expect, test } from "vitest";
import { AdditionalSense } from "../additional-sense.ts";
import { decodeLba16, LbaCommand } from "../cdb/lba-command.ts";
import { parseUnmapList, type UnmapDescriptor } from "../cdb/unmap.ts";
import { Opcode } from "../opcode.ts";
import { SenseKey } from "../sense.ts";
import { type OpenedDisk, openDisk } from "../testing/opened-disk.ts";
import { fail } from "../testing/scripted-port.ts";
import { granuleAtOrAfter, granuleOf } from "./disk-limits.ts";

/** Collects what UNMAP and WRITE SAME (16) commands were asked. */
function recorded({ port, double }: OpenedDisk) {
  const unmaps: UnmapDescriptor[][] = [];
  const sames: { lba: number; blocks: number; flags: number; bytes: number }[] = [];
  port.script = (command) => {
    if (command.cdb[0] === Opcode.unmap) unmaps.push([...parseUnmapList(command.dataOut!)!]);
    if (command.cdb[0] === Opcode.writeSame16) {
      const into = new LbaCommand();
      decodeLba16(command.cdb, into);
      sames.push({ lba: into.lba, blocks: into.blocks, flags: into.flags, bytes: command.dataOut?.length ?? 0 });
    }
    return double.script(command);
  };
  return { unmaps, sames };
}

describe("unmap", () => {
  test("is split at the most blocks of one UNMAP", async () => {
    const opened = await openDisk({ blocks: 256, thin: { unmap: true, zeroes: true }, limits: { maxUnmapBlocks: 100 } });
    const { unmaps } = recorded(opened);
    await opened.promised.unmap(512, 250 * 512);
    expect(unmaps).toEqual([[{ lba: 1, blocks: 100 }], [{ lba: 101, blocks: 100 }], [{ lba: 201, blocks: 50 }]]);
  });

  test("takes whole granules only, and cuts none", async () => {
    const limits = { maxUnmapBlocks: 20, unmapGranularity: 8, unmapAlignment: 3 };
    const opened = await openDisk({ blocks: 256, thin: { unmap: true, zeroes: true }, limits });
    const { unmaps } = recorded(opened);
    await opened.promised.unmap(0, 50 * 512);
    expect(unmaps).toEqual([[{ lba: 3, blocks: 16 }], [{ lba: 19, blocks: 16 }], [{ lba: 35, blocks: 8 }]]);
    await opened.promised.unmap(4 * 512, 14 * 512);
    expect(unmaps.length).toBe(3);
    expect(opened.disk.features).toMatchObject({ unmapGranularity: 4096, unmapAlignment: 1536 });
  });

  test("of more than 2^32 blocks takes several commands", async () => {
    const opened = await openDisk({ blocks: 2 ** 33, thin: { unmap: true, zeroes: true }, contents: false });
    const { unmaps } = recorded(opened);
    await opened.promised.unmap(0, 2 ** 42);
    expect(unmaps).toEqual([
      [{ lba: 0, blocks: 0xffffffff }],
      [{ lba: 0xffffffff, blocks: 0xffffffff }],
      [{ lba: 0x1fffffffe, blocks: 2 }],
    ]);
  });

  test("is WRITE SAME with UNMAP where that is the way", async () => {
    const opened = await openDisk({ blocks: 256, thin: { writeSame: true, zeroes: true }, limits: { maxWriteSame: 64 } });
    const { sames } = recorded(opened);
    await opened.promised.unmap(0, 100 * 512);
    expect(sames).toEqual([
      { lba: 0, blocks: 64, flags: 0x08, bytes: 512 },
      { lba: 64, blocks: 36, flags: 0x08, bytes: 512 },
    ]);
    expect(opened.double.mapped.subarray(0, 100).every((mapped) => mapped === 0)).toBe(true);
  });

  test("that is refused on the way goes on with WRITE SAME, and is not asked again", async () => {
    const opened = await openDisk({
      blocks: 256,
      thin: { unmap: true, writeSame: true, zeroes: true },
      limits: { maxUnmapBlocks: 16 },
    });
    const { double, port } = opened;
    let unmaps = 0;
    port.script = (command) => {
      if (command.cdb[0] === Opcode.unmap && ++unmaps === 2) {
        fail(command, SenseKey.illegalRequest, AdditionalSense.invalidFieldInParameterList);
        return undefined;
      }
      return double.script(command);
    };
    double.mapped.fill(1);
    await opened.promised.unmap(0, 64 * 512);
    expect(port.names).toEqual(["UNMAP", "UNMAP", "WRITE SAME (16)"]);
    expect(double.mapped.indexOf(1)).toBe(64);
    await opened.promised.unmap(0, 512);
    expect(port.names.at(-1)).toBe("WRITE SAME (16)");
  });

  test("of a disk that turns out not to know it is ENOTSUP, and features say so", async () => {
    const opened = await openDisk({ blocks: 256, thin: { unmap: true, zeroes: true }, unknown: ["UNMAP"] });
    expect(opened.disk.features.unmap).toBe(true);
    await expect(opened.promised.unmap(0, 512)).rejects.toMatchObject({ code: "ENOTSUP" });
    expect(opened.disk.features).toMatchObject({ unmap: false, unmapZeroes: false });
    opened.port.forget();
    await expect(opened.promised.unmap(0, 512)).rejects.toMatchObject({ code: "ENOTSUP" });
    expect(opened.port.cdbs).toEqual([]);
  });

  test("is done when the target says so, even if it counts the parameter list as not taken", async () => {
    const { promised, port, double } = await openDisk({ blocks: 256, thin: { unmap: true, zeroes: true } });
    port.script = (command) => {
      command.residual = command.dataOut?.length ?? 0;
      return double.script(command);
    };
    await promised.unmap(0, 512);
  });

  test("granules are counted from the alignment, which may lie after the block", () => {
    const limits = { maxTransfer: 1, maxWriteSame: 1, maxUnmap: 1, unmapGranularity: 8, unmapAlignment: 5 };
    expect([0, 4, 5, 6, 13, 14].map((lba) => granuleAtOrAfter(limits, lba))).toEqual([5, 5, 5, 13, 13, 21]);
    expect([5, 12, 13, 2 ** 40 + 5].map((lba) => granuleOf(limits, lba))).toEqual([5, 5, 13, 2 ** 40 + 5]);
    expect(granuleOf(limits, 4)).toBe(-3);
  });
});

describe("zeroing", () => {
  test("sends one block of zeroes, however many are wanted", async () => {
    const opened = await openDisk({ blocks: 256 });
    const { sames } = recorded(opened);
    opened.double.contents.fill(1);
    await opened.promised.writeZeroes(512, 100 * 512);
    expect(sames).toEqual([{ lba: 1, blocks: 100, flags: 0, bytes: 512 }]);
    expect(opened.double.contents.indexOf(0)).toBe(512);
    expect(opened.double.contents.indexOf(1, 512)).toBe(101 * 512);
  });

  test("sends none at all where the disk says that it knows NDOB", async () => {
    const opened = await openDisk({ blocks: 256, noDataOut: true });
    const { sames } = recorded(opened);
    await opened.promised.writeZeroes(0, 512);
    expect(sames).toEqual([{ lba: 0, blocks: 1, flags: 0x01, bytes: 0 }]);
  });

  test.each([
    ["may unmap where unmapped blocks are zeroes", true, true, 0x08],
    ["does not unmap when it may not", true, false, 0],
    ["does not unmap where unmapped blocks are anything", false, true, 0],
  ])("%s", async (_name, zeroes, mayUnmap, flags) => {
    const opened = await openDisk({ blocks: 256, thin: { writeSame: true, unmap: true, zeroes } });
    const { sames } = recorded(opened);
    await opened.promised.write(0, new Uint8Array(4096).fill(1));
    await opened.promised.writeZeroes(0, 4096, { mayUnmap });
    expect(sames.map((same) => same.flags)).toEqual([flags]);
    expect(await opened.promised.read(0, 4096)).toEqual(new Uint8Array(4096));
  });

  test("is split at the most blocks of one WRITE SAME, never asking for none", async () => {
    const opened = await openDisk({ blocks: 2 ** 17, contents: false });
    const { sames } = recorded(opened);
    await opened.promised.writeZeroes(0, 2 ** 17 * 512);
    expect(sames.map(({ blocks }) => blocks)).toEqual([65535, 65535, 2]);
  });

  test("is writing zeroes where WRITE SAME is not known, two at a time", async () => {
    const opened = await openDisk({ blocks: 8192, unknown: ["WRITE SAME (16)"] });
    expect(opened.disk.features.writeZeroes).toBe(false);
    opened.double.contents.fill(1);
    await opened.promised.writeZeroes(512, 3 * 1024 * 1024);
    expect(opened.port.names).toEqual(["WRITE (10)", "WRITE (10)", "WRITE (10)"]);
    expect(opened.port.deepest).toBe(2);
    expect(opened.double.contents.indexOf(0)).toBe(512);
    expect(opened.double.contents.indexOf(1, 512)).toBe(512 + 3 * 1024 * 1024);
  });

  test("to be fast is ENOTSUP then, at once", async () => {
    const opened = await openDisk({ blocks: 256, unknown: ["WRITE SAME (16)"] });
    await expect(opened.promised.writeZeroes(0, 512, { fast: true })).rejects.toMatchObject({ code: "ENOTSUP" });
    expect(opened.port.cdbs).toEqual([]);
  });

  test("finds out by itself where the disk does not tell what it supports", async () => {
    const unknown = ["WRITE SAME (16)", "REPORT SUPPORTED OPERATION CODES"];
    const opened = await openDisk({ blocks: 256, unknown });
    await expect(opened.promised.writeZeroes(0, 512, { fast: true })).rejects.toMatchObject({ code: "ENOTSUP" });
    await opened.promised.writeZeroes(0, 512);
    expect(opened.port.names).toEqual(["WRITE SAME (16)", "WRITE (10)"]);
    expect(opened.disk.features.writeZeroes).toBe(false);
  });

  test("gives up one bit after the other before it gives up WRITE SAME", async () => {
    const opened = await openDisk({ blocks: 256, thin: { writeSame: true, zeroes: true }, noDataOut: true });
    opened.double.options = { ...opened.double.options, thin: { zeroes: true }, noDataOut: false };
    const { sames } = recorded(opened);
    await opened.promised.writeZeroes(0, 1024);
    await opened.promised.writeZeroes(0, 1024);
    expect(sames.map(({ flags }) => flags)).toEqual([0x09, 0x08, 0x00, 0x00]);
  });

  test("with FUA is followed by a flush", async () => {
    const opened = await openDisk({ blocks: 256, writeCache: true, dpoFua: true });
    await opened.promised.writeZeroes(0, 1024, { fua: true });
    expect(opened.port.names).toEqual(["WRITE SAME (16)", "SYNCHRONIZE CACHE (16)"]);
  });
});

describe("block status", () => {
  const statusOf = async (opened: OpenedDisk, offset: number, length: number) => {
    const extents = [];
    for await (const extent of opened.promised.blockStatus(offset, length)) extents.push(extent);
    return extents;
  };

  test.each([
    ["zeroes", true],
    ["anything", false],
  ])("tells holes, which read as %s", async (_name, zeroes) => {
    const opened = await openDisk({ blocks: 64, thin: { unmap: true, zeroes } });
    await opened.promised.write(4096, new Uint8Array(8192));
    expect(await statusOf(opened, 0, 32768)).toEqual([
      { offset: 0, length: 4096, hole: true, zero: zeroes },
      { offset: 4096, length: 8192, hole: false, zero: false },
      { offset: 12288, length: 20480, hole: true, zero: zeroes },
    ]);
    expect(await statusOf(opened, 5120, 1024)).toEqual([{ offset: 5120, length: 1024, hole: false, zero: false }]);
  });

  test("of very many runs comes in several answers", async () => {
    const opened = await openDisk({ blocks: 512, thin: { unmap: true, zeroes: true } });
    for (let lba = 0; lba < 512; lba += 2) opened.double.mapped[lba] = 1;
    expect(await statusOf(opened, 0, 512 * 512)).toHaveLength(512);
    expect(opened.port.names.length).toBe(8);
  });

  test("of a disk that does not know GET LBA STATUS is data, and it is not asked again", async () => {
    const opened = await openDisk({ blocks: 64, thin: { unmap: true }, unknown: ["GET LBA STATUS"] });
    expect(await statusOf(opened, 0, 1024)).toEqual([{ offset: 0, length: 1024, hole: false, zero: false }]);
    expect(opened.disk.features.blockStatus).toBe(false);
    opened.port.forget();
    await statusOf(opened, 0, 1024);
    expect(opened.port.cdbs).toEqual([]);
  });

  test("of an answer that says nothing is data", async () => {
    const opened = await openDisk({ blocks: 64, thin: { unmap: true } });
    opened.port.script = (command) => {
      command.residual = command.dataIn?.length ?? 0;
      return undefined;
    };
    expect(await statusOf(opened, 0, 1024)).toEqual([{ offset: 0, length: 1024, hole: false, zero: false }]);
  });
});
