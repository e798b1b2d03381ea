import { describe, expect, it } from "vitest";
import { BlockError, MemoryDisk } from "#block";
import { AdditionalSense, encodeRead16, encodeWrite16, ScsiStatus, SenseKey } from "#scsi";
import { HeldDisk } from "../../testing/held-disk.ts";
import { copyLimits } from "../extended-copy-list.ts";
import { LogicalUnit } from "../logical-unit.ts";
import type { ScriptedInitiator } from "../testing/scripted-initiator.ts";
import { cdbOf, filled, hexCdb, scriptedUnit, testBlocks } from "../testing/scripted-unit.ts";

function target(unit: LogicalUnit, type = 0xe4): Uint8Array {
  const bytes = new Uint8Array(32);
  bytes[0] = type;
  bytes[4] = 1;
  bytes[5] = 3;
  bytes[7] = 8;
  bytes.set(unit.identity.naa, 8);
  bytes[30] = unit.blockSize >> 8;
  return bytes;
}

function segment(source: number, destination: number, blocks: number, from: number, to: number, type = 2): Uint8Array {
  const bytes = new Uint8Array(28);
  const view = new DataView(bytes.buffer);
  bytes[0] = type;
  view.setUint16(2, 24);
  view.setUint16(4, source);
  view.setUint16(6, destination);
  view.setUint16(10, blocks);
  view.setUint32(16, from);
  view.setUint32(24, to);
  return bytes;
}

function list(targets: readonly Uint8Array[], segments: readonly Uint8Array[], listId = 1): Uint8Array {
  const header = new Uint8Array(16);
  const view = new DataView(header.buffer);
  header[0] = listId;
  view.setUint16(2, targets.length * 32);
  view.setUint32(8, segments.length * 28);
  return Uint8Array.from(Buffer.concat([header, ...targets, ...segments]));
}

function copy(initiator: ScriptedInitiator, data: Uint8Array) {
  const cdb = hexCdb("83 00 0000000000000000 00000000 00 00");
  new DataView(cdb.buffer).setUint32(10, data.length);
  return initiator.run(cdb, { data });
}

const copyStatus = (listId: number) => hexCdb(`84 00 0${listId} 00000000000000 00000400 00 00`);
const operatingParameters = hexCdb("84 03 00 00000000000000 00000400 00 00");

describe("EXTENDED COPY", () => {
  it("copies within a unit and between units of different block sizes", () => {
    const { initiator, target: device, unit } = scriptedUnit();
    const second = new LogicalUnit(new MemoryDisk({ size: 1024 * 1024, blockSize: 4096 }), { serial: "2" });
    device.addUnit(1, second);
    initiator.clearAttentions();
    initiator.clearAttentions(1);
    const data = Uint8Array.from({ length: 1024 * 512 }, (_, index) => (index * 7) & 0xff);
    initiator.run(
      cdbOf((cdb) => encodeWrite16(cdb, 0, 1024)),
      { data },
    );
    const segments = [segment(0, 0, 1024, 0, 1024), segment(0, 1, 1024, 0, 8)];
    expect(copy(initiator, list([target(unit), target(second)], segments)).status).toBe(ScsiStatus.good);
    const here = initiator.run(
      cdbOf((cdb) => encodeRead16(cdb, 1024, 1024)),
      { expect: data.length },
    );
    const there = initiator.run(
      cdbOf((cdb) => encodeRead16(cdb, 8, 128)),
      { expect: data.length, lun: 1 },
    );
    expect([Buffer.compare(here.data, data), Buffer.compare(there.data, data)]).toEqual([0, 0]);
    const status = Buffer.from(initiator.run(copyStatus(1)).data);
    expect([status[4], status.readUInt16BE(5), status.readUInt32BE(8)]).toEqual([1, 2, 1024]);
    expect(device.lentBytes).toBe(0);
  });

  it("refuses lists it does not understand before it copies anything", () => {
    const { initiator, unit } = scriptedUnit();
    const one = target(unit);
    const good = segment(0, 0, 1, 0, 1);
    const cases: readonly (readonly [Uint8Array, number])[] = [
      [list([one], [good]).subarray(0, 15), AdditionalSense.parameterListLengthError],
      [list([one], [good]).subarray(0, 47), AdditionalSense.parameterListLengthError],
      [list([target(unit, 0xe0)], [good]), AdditionalSense.unsupportedTargetDescriptorType],
      [list([one], [segment(0, 0, 1, 0, 1, 3)]), AdditionalSense.unsupportedSegmentDescriptorType],
      [list(new Array(copyLimits.maxTargets + 1).fill(one), [good]), AdditionalSense.tooManyTargetDescriptors],
      [list([one], new Array(copyLimits.maxSegments + 1).fill(good)), AdditionalSense.tooManySegmentDescriptors],
      [list(new Array(17).fill(one), new Array(17).fill(good)), AdditionalSense.parameterListLengthError],
    ];
    for (const [data, code] of cases) expect(copy(initiator, data).sense).toMatchObject({ key: SenseKey.illegalRequest, code });
    expect(copy(initiator, new Uint8Array(0)).status).toBe(ScsiStatus.good);
  });

  it("is aborted by what is not there, too small, or protected; and the status says so", () => {
    const { initiator, target: device, unit } = scriptedUnit();
    const protectedUnit = new LogicalUnit(new MemoryDisk({ size: 4096 }), { serial: "ro", readOnly: true });
    device.addUnit(1, protectedUnit);
    initiator.clearAttentions();
    const stranger = new LogicalUnit(new MemoryDisk({ size: 4096 }), { serial: "stranger" });
    const cases = [
      list([target(unit)], [segment(0, 1, 1, 0, 1)]),
      list([target(unit), target(stranger)], [segment(0, 1, 1, 0, 1)]),
      list([target(unit), target(protectedUnit)], [segment(0, 1, 1, 0, 1)]),
      list([target(unit)], [segment(0, 0, 1, 0, 1), segment(0, 0, 2, 0, testBlocks - 1)]),
    ];
    for (const data of cases) expect(copy(initiator, data).sense?.key).toBe(SenseKey.copyAborted);
    expect(copy(initiator, cases[3]!).sense?.commandInformation).toBe(1);
    expect(initiator.run(copyStatus(1)).data[4]).toBe(2);
    expect(initiator.run(copyStatus(2)).sense?.code).toBe(AdditionalSense.invalidFieldInCdb);
  });

  it("that fails on the medium, or is aborted, has failed to whoever asks", () => {
    const disk = new HeldDisk();
    const { initiator, target: device, unit } = scriptedUnit({}, disk);
    const data = list([target(unit)], [segment(0, 0, 8, 0, 16)]);
    disk.writeFrom = (_offset, _source, _fua, done) => done(new BlockError("EIO", "made to fail"));
    expect(copy(initiator, data).sense?.key).toBe(SenseKey.mediumError);
    expect(initiator.run(copyStatus(1)).data[4]).toBe(2);
    disk.held = true;
    const cdb = hexCdb("83 00 0000000000000000 0000004c 00 00");
    data[0] = 2;
    const task = initiator.start(cdb, { data });
    expect(initiator.run(copyStatus(2)).data[4]).toBe(0);
    device.abort(task, () => {});
    disk.letGo();
    expect(initiator.run(copyStatus(2)).data[4]).toBe(2);
  });

  it("tells its limits", () => {
    const { initiator } = scriptedUnit();
    const data = Buffer.from(initiator.run(operatingParameters).data);
    expect([data.readUInt16BE(8), data.readUInt16BE(10), data.readUInt32BE(12)]).toEqual([16, 16, copyLimits.maxDescriptorBytes]);
    expect(data.subarray(43).toString("hex")).toBe("0202e4");
  });

  it("reads only what is in the list", () => {
    const { initiator, unit } = scriptedUnit();
    initiator.run(
      cdbOf((cdb) => encodeWrite16(cdb, 0, 8)),
      { data: filled(8, 1) },
    );
    const whole = list([target(unit)], [segment(0, 0, 1, 0, 1)]);
    for (let length = 1; length < whole.length; length++) {
      expect(copy(initiator, whole.subarray(0, length)).sense?.code).toBe(AdditionalSense.parameterListLengthError);
    }
  });
});
