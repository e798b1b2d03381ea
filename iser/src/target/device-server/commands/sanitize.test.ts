import { VirtualClock } from "kit/clock";
import { describe, expect, it } from "vitest";
import { BlockError, MemoryDisk } from "#block";
import {
  AdditionalSense,
  encodeGetLbaStatus,
  encodeRead16,
  encodeRequestSense,
  encodeTestUnitReady,
  encodeWrite16,
  ProvisioningStatus,
  parseLbaStatusList,
  parseSense,
  ScsiStatus,
  SenseKey,
} from "#scsi";
import { cdbOf, filled, hexCdb, scriptedUnit, testBlocks } from "../testing/scripted-unit.ts";

const overwrite = hexCdb("48 01 0000000000 0204 00");
const overwriteImmediately = hexCdb("48 81 0000000000 0204 00");
const blockErase = hexCdb("48 02 0000000000 0000 00");
const exitFailureMode = hexCdb("48 1f 0000000000 0000 00");
const testUnitReady = cdbOf(encodeTestUnitReady);

/** One pass, or more, of a pattern of one block. */
function pattern(byte: number, passes = 1): Uint8Array {
  return Uint8Array.from([passes, 0, 2, 0, ...filled(1, byte)]);
}

const readAll = cdbOf((cdb) => encodeRead16(cdb, 0, testBlocks));
const writeSome = cdbOf((cdb) => encodeWrite16(cdb, 100, 8));

describe("SANITIZE", () => {
  it("OVERWRITE leaves the pattern everywhere", () => {
    const { initiator } = scriptedUnit();
    initiator.run(writeSome, { data: filled(8, 1) });
    expect(initiator.run(overwrite, { data: pattern(0xaa) }).status).toBe(ScsiStatus.good);
    expect(Buffer.compare(initiator.run(readAll, { expect: testBlocks * 512 }).data, filled(testBlocks, 0xaa))).toBe(0);
    expect(initiator.run(overwrite, { data: pattern(0xaa, 0x80 | 2) }).status).toBe(ScsiStatus.good);
    expect(Buffer.compare(initiator.run(readAll, { expect: testBlocks * 512 }).data, filled(testBlocks, 0x55))).toBe(0);
  });

  it("BLOCK ERASE deallocates everything", () => {
    const { initiator } = scriptedUnit();
    initiator.run(writeSome, { data: filled(8, 1) });
    expect(initiator.run(blockErase).status).toBe(ScsiStatus.good);
    const status = initiator.run(cdbOf((cdb) => encodeGetLbaStatus(cdb, 0, 256)));
    expect(parseLbaStatusList(status.data)).toEqual([{ lba: 0, blocks: testBlocks, status: ProvisioningStatus.deallocated }]);
  });

  it("judges its parameters before it touches anything", () => {
    const { initiator } = scriptedUnit();
    initiator.run(writeSome, { data: filled(8, 1) });
    expect(initiator.run(hexCdb("48 02 0000000000 0008 00"), { data: new Uint8Array(8) }).sense).toMatchObject({ specific: { byte: 7 } });
    expect(initiator.run(hexCdb("48 01 0000000000 0004 00"), { data: new Uint8Array(4) }).sense?.key).toBe(SenseKey.illegalRequest);
    expect(initiator.run(overwrite, { data: pattern(0xaa, 0) }).sense).toMatchObject({ specific: { inCdb: false, byte: 0 } });
    const wrongLength = pattern(0xaa);
    wrongLength[2] = 1;
    expect(initiator.run(overwrite, { data: wrongLength }).sense).toMatchObject({ specific: { inCdb: false, byte: 2 } });
    expect(initiator.run(hexCdb("48 03 0000000000 0000 00")).sense).toMatchObject({ specific: { byte: 1 } });
    expect(initiator.run(readAll, { expect: testBlocks * 512 }).data.subarray(100 * 512, 108 * 512)).toEqual(filled(8, 1));
  });

  it("goes on through abort and reset, at its pace, and says how far it is", () => {
    const clock = new VirtualClock(0);
    const { initiator, target } = scriptedUnit(
      { sanitizePace: { bytesPerSecond: 1024 * 1024, clock } },
      new MemoryDisk({ size: 4 * 1024 * 1024 }),
    );
    const sanitizing = initiator.start(overwrite, { data: pattern(0xaa) });
    expect(sanitizing.outcome).toBeUndefined();
    clock.advance(1000);
    expect(initiator.run(testUnitReady).sense).toMatchObject({
      key: SenseKey.notReady,
      code: AdditionalSense.notReadySanitizeInProgress,
      specific: { kind: "progress", progress: 0x8000 },
    });
    target.abort(sanitizing, () => {});
    target.manage(initiator.nexus, "lun-reset", new Uint8Array(8), () => {});
    initiator.run(testUnitReady); // the reset's unit attention
    expect(initiator.run(overwrite, { data: pattern(0xbb) }).sense?.code).toBe(AdditionalSense.notReadySanitizeInProgress);
    const requestSense = cdbOf((cdb) => encodeRequestSense(cdb, { descriptorFormat: false, allocationLength: 252 }));
    expect(parseSense(initiator.run(requestSense).data)?.code).toBe(AdditionalSense.notReadySanitizeInProgress);
    clock.advance(10_000);
    expect([initiator.run(testUnitReady).status, sanitizing.outcome]).toEqual([ScsiStatus.good, undefined]);
  });

  it("with IMMED answers at once", () => {
    const clock = new VirtualClock(0);
    const { initiator } = scriptedUnit({ sanitizePace: { bytesPerSecond: 1024 * 1024, clock } });
    expect(initiator.run(overwriteImmediately, { data: pattern(0xaa) }).status).toBe(ScsiStatus.good);
    expect(initiator.run(testUnitReady).sense?.code).toBe(AdditionalSense.notReadySanitizeInProgress);
    clock.advance(1000);
    expect(initiator.run(testUnitReady).status).toBe(ScsiStatus.good);
  });

  it("that fails leaves the medium unusable until it is done again, or left when that was allowed", () => {
    const disk = new MemoryDisk({ size: testBlocks * 512 });
    const { initiator } = scriptedUnit({}, disk);
    const write = disk.writeFrom.bind(disk);
    disk.writeFrom = (_offset, _source, _fua, done) => done(new BlockError("EIO", "the medium failed"));
    expect(initiator.run(overwrite, { data: pattern(0xaa) }).sense?.code).toBe(AdditionalSense.sanitizeCommandFailed);
    expect(initiator.run(testUnitReady).sense).toMatchObject({ key: SenseKey.mediumError, code: AdditionalSense.sanitizeCommandFailed });
    expect(initiator.run(exitFailureMode).sense?.key).toBe(SenseKey.illegalRequest);
    const unrestricted = hexCdb("48 21 0000000000 0204 00");
    expect(initiator.run(unrestricted, { data: pattern(0xaa) }).sense?.code).toBe(AdditionalSense.sanitizeCommandFailed);
    expect(initiator.run(exitFailureMode).status).toBe(ScsiStatus.good);
    expect(initiator.run(testUnitReady).status).toBe(ScsiStatus.good);
    initiator.run(overwrite, { data: pattern(0xaa) });
    disk.writeFrom = write;
    expect(initiator.run(overwrite, { data: pattern(0xaa) }).status).toBe(ScsiStatus.good);
    expect(initiator.run(testUnitReady).status).toBe(ScsiStatus.good);
  });

  it("is given up when the unit is served no longer", () => {
    const clock = new VirtualClock(0);
    const { initiator, target } = scriptedUnit({ sanitizePace: { bytesPerSecond: 1024 * 1024, clock } });
    initiator.run(overwriteImmediately, { data: pattern(0xaa) });
    let idle = false;
    target.removeUnit(0, () => {
      idle = true;
    });
    expect(idle).toBe(false);
    clock.advance(1000);
    expect(idle).toBe(true);
  });
});
