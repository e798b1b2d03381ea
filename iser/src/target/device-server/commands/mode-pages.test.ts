import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AdditionalSense,
  DeviceSpecificParameter,
  encodeModeSelect6,
  encodeModeSelect10,
  encodeModeSense6,
  encodeModeSense10,
  encodeReadCapacity16,
  encodeTestUnitReady,
  encodeWrite10,
  ModePage,
  PageControl,
  parseModeParameters,
  ScsiStatus,
  SenseKey,
} from "#scsi";
import type { ScriptedInitiator } from "../testing/scripted-initiator.ts";
import { cdbOf, filled, hexCdb, scriptedUnit, testBlocks } from "../testing/scripted-unit.ts";

function sense6(initiator: ScriptedInitiator, page: number, pageControl: number = PageControl.current) {
  const fields = { disableBlockDescriptors: false, pageControl, page, subpage: 0, allocationLength: 255 };
  return initiator.run(cdbOf((cdb) => encodeModeSense6(cdb, fields)));
}

function pagesOf(initiator: ScriptedInitiator, pageControl: number = PageControl.current) {
  return parseModeParameters(sense6(initiator, ModePage.all, pageControl).data, 6)!;
}

/** What MODE SENSE says, as MODE SELECT takes it. */
function selectable(initiator: ScriptedInitiator, page: number): Uint8Array {
  const list = sense6(initiator, page).data.slice();
  list[0] = 0;
  list[2] = 0;
  return list;
}

function select6(initiator: ScriptedInitiator, data: Uint8Array) {
  return initiator.run(
    cdbOf((cdb) => encodeModeSelect6(cdb, { pageFormat: true, savePages: false, parameterListLength: data.length })),
    { data },
  );
}

const headerAndDescriptor = 12;

describe("MODE SENSE", () => {
  it("tells all pages, ascending, and the geometry", () => {
    const { initiator } = scriptedUnit();
    const list = pagesOf(initiator);
    expect(list.pages.map(({ page }) => page)).toEqual([0x01, 0x08, 0x0a, 0x1c]);
    expect(list.deviceSpecific).toBe(DeviceSpecificParameter.dpoFua);
    expect(Buffer.from(list.blockDescriptors).toString("hex")).toBe("0000080000000200");
    const long = {
      disableBlockDescriptors: false,
      pageControl: 0,
      page: ModePage.control,
      subpage: 0,
      allocationLength: 255,
      longLba: true,
    };
    const ten = parseModeParameters(initiator.run(cdbOf((cdb) => encodeModeSense10(cdb, long))).data, 10);
    expect(Buffer.from(ten!.blockDescriptors).readBigUInt64BE(0)).toBe(BigInt(testBlocks));
  });

  it("has no saved values, and no pages that it does not list", () => {
    const { initiator } = scriptedUnit();
    expect(sense6(initiator, ModePage.all, PageControl.saved).sense?.code).toBe(AdditionalSense.savingParametersNotSupported);
    expect(sense6(initiator, 0x19).sense?.code).toBe(AdditionalSense.invalidFieldInCdb);
  });

  it("says that a unit is write protected", () => {
    const { initiator } = scriptedUnit({ readOnly: true });
    expect(pagesOf(initiator).deviceSpecific & DeviceSpecificParameter.writeProtect).not.toBe(0);
  });
});

describe("MODE SELECT", () => {
  it("switches the sense format and software write protection, and others are told", () => {
    const { initiator, another } = scriptedUnit();
    const other = another(2);
    const list = selectable(initiator, ModePage.control);
    list[headerAndDescriptor + 2]! |= 0x04;
    list[headerAndDescriptor + 4]! |= 0x08;
    expect(select6(initiator, list).status).toBe(ScsiStatus.good);
    expect(other.run(cdbOf(encodeTestUnitReady)).sense?.code).toBe(AdditionalSense.modeParametersChanged);
    const refused = initiator.run(
      cdbOf((cdb) => encodeWrite10(cdb, 0, 1)),
      { data: filled(1, 1) },
    );
    expect(refused.sense).toMatchObject({ key: SenseKey.dataProtect, code: AdditionalSense.softwareWriteProtected });
    expect(refused.senseBytes[0]).toBe(0x72);
    expect(select6(initiator, selectable(initiator, ModePage.control)).status).toBe(ScsiStatus.good);
    expect(other.run(cdbOf(encodeTestUnitReady)).status).toBe(ScsiStatus.good);
  });

  it("changes a bit exactly when the changeable values say so", () => {
    const { initiator } = scriptedUnit();
    const changeable = pagesOf(initiator, PageControl.changeable).pages;
    for (const { page, parameters } of changeable) {
      for (let bit = 0; bit < parameters.length * 8; bit++) {
        const list = selectable(initiator, page);
        list[headerAndDescriptor + 2 + (bit >> 3)]! ^= 1 << (bit & 7);
        const outcome = select6(initiator, list);
        if ((parameters[bit >> 3]! & (1 << (bit & 7))) !== 0) expect(outcome.status).toBe(ScsiStatus.good);
        else expect(outcome.sense).toMatchObject({ specific: { inCdb: false, byte: headerAndDescriptor + 2 + (bit >> 3), bit: bit & 7 } });
      }
    }
  });

  it("changes nothing when any page of the list is wrong", () => {
    const { initiator } = scriptedUnit();
    const before = pagesOf(initiator);
    const list = Buffer.concat([selectable(initiator, ModePage.control), Uint8Array.of(0x3e, 2, 0, 0)]);
    list[headerAndDescriptor + 4]! |= 0x08;
    expect(select6(initiator, list).sense?.code).toBe(AdditionalSense.invalidFieldInParameterList);
    expect(pagesOf(initiator)).toEqual(before);
  });

  it("judges lengths, formats and block descriptors", () => {
    const { initiator } = scriptedUnit();
    const list = selectable(initiator, ModePage.control);
    expect(select6(initiator, list.subarray(0, list.length - 1)).sense?.code).toBe(AdditionalSense.parameterListLengthError);
    expect(select6(initiator, new Uint8Array(0)).status).toBe(ScsiStatus.good);
    const other = list.slice();
    other[10] = 4;
    expect(select6(initiator, other).sense?.code).toBe(AdditionalSense.invalidFieldInParameterList);
    expect(initiator.run(hexCdb("15 00 0000 18 00"), { data: list }).sense).toMatchObject({ specific: { byte: 1, bit: 4 } });
    expect(initiator.run(hexCdb("15 11 0000 18 00"), { data: list }).sense).toMatchObject({ specific: { byte: 1, bit: 0 } });
  });

  it("gives a status to any list", () => {
    const { initiator } = scriptedUnit();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (data, ten) => {
        const fields = { pageFormat: true, savePages: false, parameterListLength: data.length };
        const cdb = cdbOf((bytes) => (ten ? encodeModeSelect10(bytes, fields) : encodeModeSelect6(bytes, fields)));
        expect([ScsiStatus.good, ScsiStatus.checkCondition]).toContain(initiator.run(cdb, { data }).status);
      }),
    );
    expect(initiator.run(cdbOf((cdb) => encodeReadCapacity16(cdb, { allocationLength: 32 }))).data.length).toBe(32);
  });
});
