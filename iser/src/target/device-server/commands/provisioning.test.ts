import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AdditionalSense,
  encodeGetLbaStatus,
  encodeRead16,
  encodeUnmap,
  encodeUnmapDescriptor,
  encodeUnmapHeader,
  encodeWrite16,
  encodeWriteSame10,
  encodeWriteSame16,
  type LbaStatus,
  ProvisioningStatus,
  parseLbaStatusList,
  ScsiStatus,
  SenseKey,
  unmapListLength,
  WriteSameFlag,
} from "#scsi";
import type { ScriptedInitiator } from "../testing/scripted-initiator.ts";
import { cdbOf, filled, hexCdb, scriptedUnit, testBlocks } from "../testing/scripted-unit.ts";

const read = (lba: number, blocks: number) => cdbOf((cdb) => encodeRead16(cdb, lba, blocks));
const write = (lba: number, blocks: number) => cdbOf((cdb) => encodeWrite16(cdb, lba, blocks));

function unmapList(...descriptors: readonly (readonly [number, number])[]): Uint8Array {
  const list = new Uint8Array(unmapListLength(descriptors.length));
  encodeUnmapHeader(list, descriptors.length);
  for (const [index, [lba, blocks]] of descriptors.entries()) encodeUnmapDescriptor(list, index, lba, blocks);
  return list;
}

function unmap(initiator: ScriptedInitiator, list: Uint8Array) {
  return initiator.run(
    cdbOf((cdb) => encodeUnmap(cdb, false, list.length)),
    { data: list },
  );
}

function statusAt(initiator: ScriptedInitiator, lba: number, allocationLength = 1024): readonly LbaStatus[] {
  const outcome = initiator.run(cdbOf((cdb) => encodeGetLbaStatus(cdb, lba, allocationLength)));
  expect(outcome.status).toBe(ScsiStatus.good);
  return parseLbaStatusList(outcome.data);
}

describe("UNMAP", () => {
  it("deallocates what each descriptor says", () => {
    const { initiator } = scriptedUnit();
    initiator.run(write(0, 64), { data: filled(64, 1) });
    expect(unmap(initiator, unmapList([0, 8], [5, 0], [16, 8])).status).toBe(ScsiStatus.good);
    expect(initiator.run(read(0, 64), { expect: 64 * 512 }).data).toEqual(
      Uint8Array.from([...filled(8, 0), ...filled(8, 1), ...filled(8, 0), ...filled(40, 1)]),
    );
  });

  it("does nothing unless all descriptors are right", () => {
    const { initiator } = scriptedUnit();
    initiator.run(write(0, 8), { data: filled(8, 1) });
    expect(unmap(initiator, unmapList([0, 8], [testBlocks - 1, 2])).sense?.code).toBe(AdditionalSense.lbaOutOfRange);
    const tooMany = unmapList(...Array.from({ length: 257 }, (_, index) => [index, 1] as const));
    expect(unmap(initiator, tooMany).sense?.code).toBe(AdditionalSense.invalidFieldInParameterList);
    expect(initiator.run(read(0, 8), { expect: 8 * 512 }).data).toEqual(filled(8, 1));
  });

  it("of nothing is good, of half a header not", () => {
    const { initiator } = scriptedUnit();
    expect(unmap(initiator, new Uint8Array(0)).status).toBe(ScsiStatus.good);
    expect(unmap(initiator, new Uint8Array(7)).sense?.code).toBe(AdditionalSense.parameterListLengthError);
    const short = cdbOf((cdb) => encodeUnmap(cdb, false, 24));
    expect(initiator.run(short, { data: new Uint8Array(8) }).sense?.code).toBe(AdditionalSense.parameterListLengthError);
  });
});

describe("GET LBA STATUS", () => {
  it("starts at the block asked for, and joins neighbours", () => {
    const { initiator } = scriptedUnit();
    initiator.run(write(8, 8), { data: filled(8, 1) });
    initiator.run(write(16, 8), { data: filled(8, 2) });
    expect(statusAt(initiator, 4)).toEqual([
      { lba: 4, blocks: 4, status: ProvisioningStatus.deallocated },
      { lba: 8, blocks: 16, status: ProvisioningStatus.mapped },
      { lba: 24, blocks: testBlocks - 24, status: ProvisioningStatus.deallocated },
    ]);
    expect(statusAt(initiator, 4, 24)).toEqual([{ lba: 4, blocks: 4, status: ProvisioningStatus.deallocated }]);
  });

  it("past the end is out of range", () => {
    const { initiator } = scriptedUnit();
    const { sense } = initiator.run(cdbOf((cdb) => encodeGetLbaStatus(cdb, testBlocks, 24)));
    expect(sense?.code).toBe(AdditionalSense.lbaOutOfRange);
  });
});

describe("WRITE SAME", () => {
  it("repeats any block, also more often than fits its memory", () => {
    const { initiator } = scriptedUnit({}, undefined);
    const block = Uint8Array.from({ length: 512 }, (_, index) => index & 0xff);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: testBlocks - 1 }), fc.integer({ min: 1, max: testBlocks }), (lba, count) => {
        const blocks = Math.min(count, testBlocks - lba);
        initiator.run(cdbOf((cdb) => encodeWriteSame16(cdb, 0, testBlocks, WriteSameFlag.noDataOut)));
        const outcome = initiator.run(
          cdbOf((cdb) => encodeWriteSame10(cdb, lba, blocks)),
          { data: block },
        );
        expect(outcome.status).toBe(ScsiStatus.good);
        const { data } = initiator.run(read(0, testBlocks), { expect: testBlocks * 512 });
        const expected = new Uint8Array(testBlocks * 512);
        for (let at = 0; at < blocks; at++) expected.set(block, (lba + at) * 512);
        expect(Buffer.compare(data, expected)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it("of zeroes with UNMAP deallocates; of anything else it writes", () => {
    const { initiator } = scriptedUnit();
    initiator.run(write(0, 16), { data: filled(16, 1) });
    const same = cdbOf((cdb) => encodeWriteSame16(cdb, 0, 8, WriteSameFlag.unmap));
    expect(initiator.run(same, { data: filled(1, 0) }).status).toBe(ScsiStatus.good);
    expect(statusAt(initiator, 0)[0]).toEqual({ lba: 0, blocks: 8, status: ProvisioningStatus.deallocated });
    expect(initiator.run(same, { data: filled(1, 3) }).status).toBe(ScsiStatus.good);
    expect(initiator.run(read(0, 8), { expect: 4096 }).data).toEqual(filled(8, 3));
  });

  it("wants one block of data, some blocks to write, and no more than its limit", () => {
    const { initiator } = scriptedUnit();
    const same = cdbOf((cdb) => encodeWriteSame16(cdb, 0, 8));
    for (const length of [0, 256, 1024]) {
      expect(initiator.run(same, { data: new Uint8Array(length) }).sense?.key).toBe(SenseKey.illegalRequest);
    }
    const none = cdbOf((cdb) => encodeWriteSame16(cdb, 0, 0));
    expect(initiator.run(none, { data: filled(1, 0) }).sense?.code).toBe(AdditionalSense.invalidFieldInCdb);
    // ANCHOR is not supported.
    expect(initiator.run(hexCdb("93 18 0000000000000000 00000001 00 00"), { data: filled(1, 0) }).sense).toMatchObject({
      specific: { byte: 1, bit: 4 },
    });
  });
});
