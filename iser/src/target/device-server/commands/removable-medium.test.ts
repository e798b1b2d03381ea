import { describe, expect, it } from "vitest";
import { AdditionalSense, encodeRead10, encodeStartStopUnit, encodeTestUnitReady, ScsiStatus, SenseKey, type StartStopUnit } from "#scsi";
import type { ScriptedInitiator } from "../testing/scripted-initiator.ts";
import { cdbOf, hexCdb, scriptedUnit } from "../testing/scripted-unit.ts";

function startStop(initiator: ScriptedInitiator, fields: Partial<StartStopUnit>) {
  const all = { immediate: false, powerCondition: 0, noFlush: false, loadEject: false, start: false, ...fields };
  return initiator.run(cdbOf((cdb) => encodeStartStopUnit(cdb, all)));
}

const prevent = hexCdb("1e 00 0000 01 00");
const allow = hexCdb("1e 00 0000 00 00");
const testUnitReady = cdbOf(encodeTestUnitReady);

describe("a removable medium", () => {
  it("can be ejected and loaded", () => {
    const { initiator, another } = scriptedUnit({ removable: true });
    const other = another(2);
    expect(startStop(initiator, { loadEject: true }).status).toBe(ScsiStatus.good);
    expect(initiator.run(testUnitReady).sense).toMatchObject({ key: SenseKey.notReady, code: AdditionalSense.mediumNotPresent });
    expect(other.run(cdbOf((cdb) => encodeRead10(cdb, 0, 1))).sense?.code).toBe(AdditionalSense.mediumNotPresent);
    expect(startStop(initiator, { loadEject: true, start: true }).status).toBe(ScsiStatus.good);
    expect(initiator.run(testUnitReady).status).toBe(ScsiStatus.good);
    expect(other.run(testUnitReady).sense?.code).toBe(AdditionalSense.mediumMayHaveChanged);
  });

  it("stays as long as anybody prevents its removal", () => {
    const { initiator, another, target } = scriptedUnit({ removable: true });
    const other = another(2);
    for (const who of [initiator, other]) expect(who.run(prevent).status).toBe(ScsiStatus.good);
    initiator.run(allow);
    expect(startStop(initiator, { loadEject: true }).sense?.code).toBe(AdditionalSense.mediumRemovalPrevented);
    target.closeNexus(other.nexus);
    expect(startStop(initiator, { loadEject: true }).status).toBe(ScsiStatus.good);
  });

  it("is let go by a reset", () => {
    const { initiator, target } = scriptedUnit({ removable: true });
    initiator.run(prevent);
    target.manage(initiator.nexus, "target-warm-reset", new Uint8Array(8), () => {});
    initiator.clearAttentions();
    expect(startStop(initiator, { loadEject: true }).status).toBe(ScsiStatus.good);
  });

  it("does not mind power conditions and stops", () => {
    const { initiator } = scriptedUnit({ removable: true });
    for (let powerCondition = 1; powerCondition < 16; powerCondition++) {
      expect(startStop(initiator, { powerCondition, loadEject: true }).status).toBe(ScsiStatus.good);
    }
    expect(startStop(initiator, { start: false }).status).toBe(ScsiStatus.good);
    expect(initiator.run(testUnitReady).status).toBe(ScsiStatus.good);
  });
});

it("a medium that is fixed is not ejected, nor held", () => {
  const { initiator } = scriptedUnit();
  expect(startStop(initiator, { loadEject: true }).sense).toMatchObject({ specific: { byte: 4, bit: 1 } });
  expect(initiator.run(prevent).sense?.code).toBe(AdditionalSense.invalidCommandOperationCode);
});
