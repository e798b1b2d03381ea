import { describe, expect, it } from "vitest";
import { MemoryDisk } from "#block";
import {
  AdditionalSense,
  Association,
  DesignatorType,
  encodeInquiry,
  encodeReadCapacity10,
  encodeReadCapacity16,
  encodeReportLuns,
  encodeReportTargetPortGroups,
  encodeReportTimestamp,
  encodeRequestSense,
  encodeTestUnitReady,
  parseBlockLimits,
  parseCapacity10,
  parseCapacity16,
  parseDeviceIdentification,
  parseLogicalBlockProvisioning,
  parseLunList,
  parseSense,
  parseStandardInquiry,
  parseSupportedPages,
  parseTargetPortGroups,
  parseTimestamp,
  parseUnitSerialNumber,
  ScsiStatus,
  SenseKey,
  TimestampOrigin,
  VpdPage,
} from "#scsi";
import { LogicalUnit } from "../logical-unit.ts";
import type { ScriptedInitiator } from "../testing/scripted-initiator.ts";
import { cdbOf, scriptedUnit } from "../testing/scripted-unit.ts";

function inquire(initiator: ScriptedInitiator, page?: number, lun = 0) {
  const fields = { vitalProductData: page !== undefined, page: page ?? 0, allocationLength: 1024 };
  return initiator.run(
    cdbOf((cdb) => encodeInquiry(cdb, fields)),
    { lun },
  );
}

describe("INQUIRY", () => {
  it("says what the unit is", () => {
    const { initiator } = scriptedUnit({ vendor: "ACME", product: "DISK", removable: true });
    expect(parseStandardInquiry(inquire(initiator).data)).toMatchObject({
      qualifier: 0,
      deviceType: 0,
      removable: true,
      version: 6,
      commandQueuing: true,
      vendor: "ACME",
      product: "DISK",
    });
  });

  it("answers each page that it says it has, and no other", () => {
    const { initiator } = scriptedUnit();
    const pages = parseSupportedPages(inquire(initiator, VpdPage.supportedPages).data) ?? [];
    expect(pages).toContain(VpdPage.blockLimits);
    for (let page = 0; page < 256; page++) {
      const outcome = inquire(initiator, page);
      if (pages.includes(page)) expect(outcome.data[1]).toBe(page);
      else expect(outcome.sense?.code).toBe(AdditionalSense.invalidFieldInCdb);
    }
  });

  it("names the unit stably, and the port that was asked", () => {
    const names = ["A", "A", "B"].map((serial) => {
      const { initiator } = scriptedUnit({ serial });
      expect(parseUnitSerialNumber(inquire(initiator, VpdPage.unitSerialNumber).data)).toBe(serial);
      const designators = parseDeviceIdentification(inquire(initiator, VpdPage.deviceIdentification).data) ?? [];
      const port = designators.find(
        ({ type, association }) => type === DesignatorType.scsiNameString && association === Association.targetPort,
      );
      expect(Buffer.from(port!.bytes).toString()).toBe("iqn.2026-11.test:target,t,0x0001\0\0\0\0");
      const name = designators.find(({ type }) => type === DesignatorType.naa);
      expect(name!.bytes[0]! >> 4).toBe(3);
      return Buffer.from(name!.bytes).toString("hex");
    });
    expect(names[0]).toBe(names[1]);
    expect(names[0]).not.toBe(names[2]);
  });

  it("tells limits that hold, and how blocks are provisioned", () => {
    const { initiator, unit } = scriptedUnit();
    expect(parseBlockLimits(inquire(initiator, VpdPage.blockLimits).data)).toEqual(unit.limits);
    expect(parseLogicalBlockProvisioning(inquire(initiator, VpdPage.logicalBlockProvisioning).data)).toMatchObject({
      unmap: true,
      writeSame16: true,
      readZeroes: 1,
    });
  });

  it("gives no more than the allocation length", () => {
    const { initiator } = scriptedUnit();
    const short = cdbOf((cdb) => encodeInquiry(cdb, { vitalProductData: false, page: 0, allocationLength: 5 }));
    expect(initiator.run(short, { expect: 96 })).toMatchObject({ data: { length: 5 }, residual: 91 });
    const wrong = cdbOf((cdb) => encodeInquiry(cdb, { vitalProductData: false, page: 0x80, allocationLength: 96 }));
    expect(initiator.run(wrong).sense?.code).toBe(AdditionalSense.invalidFieldInCdb);
  });
});

describe("capacity", () => {
  it("is told in both forms", () => {
    const disk = new MemoryDisk({ size: 1024 * 4096, blockSize: 512, physicalBlockSize: 4096 });
    const { initiator } = scriptedUnit({}, disk);
    expect(parseCapacity10(initiator.run(cdbOf(encodeReadCapacity10)).data)).toEqual({ lastLba: 8191, blockSize: 512 });
    const long = cdbOf((cdb) => encodeReadCapacity16(cdb, { allocationLength: 32 }));
    expect(parseCapacity16(initiator.run(long).data)).toMatchObject({
      lastLba: 8191,
      blockSize: 512,
      physicalBlockExponent: 3,
      provisioningManaged: true,
      unmappedReadZeroes: true,
    });
  });

  it("that changes is a unit attention", () => {
    const disk = new MemoryDisk({ size: 1024 * 1024 });
    const { initiator } = scriptedUnit({}, disk);
    disk.resize(2 * 1024 * 1024);
    expect(initiator.run(cdbOf(encodeTestUnitReady)).sense).toMatchObject({
      key: SenseKey.unitAttention,
      code: AdditionalSense.capacityChanged,
    });
    expect(parseCapacity10(initiator.run(cdbOf(encodeReadCapacity10)).data)?.lastLba).toBe(4095);
  });
});

describe("logical units", () => {
  const reportLuns = cdbOf((cdb) => encodeReportLuns(cdb, { selectReport: 0, allocationLength: 4096 }));

  it("are listed, and who is there learns when that changes", () => {
    const { initiator, target } = scriptedUnit();
    const second = new LogicalUnit(new MemoryDisk({ size: 4096 }), { serial: "2" });
    target.addUnit(300, second);
    expect(initiator.run(cdbOf(encodeTestUnitReady)).sense?.code).toBe(AdditionalSense.reportedLunsDataChanged);
    expect(parseLunList(initiator.run(reportLuns).data).luns).toEqual([0, 300]);
    expect(initiator.run(cdbOf(encodeTestUnitReady), { lun: 300 }).sense?.code).toBe(AdditionalSense.powerOnOrReset);
    expect(() => target.addUnit(300, second)).toThrow(RangeError);
    let removed = false;
    target.removeUnit(300, () => {
      removed = true;
    });
    expect(removed).toBe(true);
    // REPORT LUNS tells as much as the unit attention would.
    expect(parseLunList(initiator.run(reportLuns).data).luns).toEqual([0]);
    expect(initiator.run(cdbOf(encodeTestUnitReady)).status).toBe(ScsiStatus.good);
  });

  it("that are not there answer INQUIRY, REPORT LUNS and REQUEST SENSE alone", () => {
    const { initiator } = scriptedUnit();
    expect(parseStandardInquiry(inquire(initiator, undefined, 5).data)).toMatchObject({ qualifier: 3, deviceType: 0x1f });
    expect(inquire(initiator, VpdPage.supportedPages, 5).sense?.code).toBe(AdditionalSense.invalidFieldInCdb);
    expect(parseLunList(initiator.run(reportLuns, { lun: 5 }).data).luns).toEqual([0]);
    const sense = initiator.run(
      cdbOf((cdb) => encodeRequestSense(cdb, { descriptorFormat: true, allocationLength: 252 })),
      { lun: 5 },
    );
    expect(parseSense(sense.data)?.code).toBe(AdditionalSense.logicalUnitNotSupported);
    expect(initiator.run(cdbOf(encodeTestUnitReady), { lun: 5 }).sense?.code).toBe(AdditionalSense.logicalUnitNotSupported);
  });

  it("are reached alike through all ports", () => {
    const { initiator } = scriptedUnit({}, undefined, { portGroups: [{ tag: 1 }, { tag: 2 }] });
    const cdb = cdbOf((bytes) => encodeReportTargetPortGroups(bytes, { extendedHeader: false, allocationLength: 4096 }));
    expect(parseTargetPortGroups(initiator.run(cdb).data)).toMatchObject([
      { state: 0, group: 1, relativeTargetPorts: [1] },
      { state: 0, group: 2, relativeTargetPorts: [2] },
    ]);
  });
});

describe("REPORT TIMESTAMP", () => {
  it("tells for how long the device has kept what it was given, where that is known", () => {
    const ask = cdbOf(encodeReportTimestamp);
    const { initiator } = scriptedUnit({ upTimeMs: () => 2 ** 33 + 0.5 });
    expect(parseTimestamp(initiator.run(ask).data)).toEqual({ origin: TimestampOrigin.powerOn, ms: 2 ** 33 });
    expect(scriptedUnit().initiator.run(ask).sense?.code).toBe(AdditionalSense.invalidFieldInCdb);
  });
});
