import { describe, expect, it } from "vitest";
import {
  AdditionalSense,
  AsymmetricAccessState,
  buildPortGroupChanges,
  encodeInquiry,
  encodeReportTargetPortGroups,
  encodeSetTargetPortGroups,
  encodeTestUnitReady,
  MaintenanceOut,
  Opcode,
  type PortGroupChange,
  parseStandardInquiry,
  parseTargetPortGroups,
  ScsiStatus,
  SenseKey,
} from "#scsi";
import type { Outcome, ScriptedInitiator } from "./testing/scripted-initiator.ts";
import { cdbOf, hexCdb, scriptedUnit } from "./testing/scripted-unit.ts";

const { activeOptimized, activeNonOptimized, standby, unavailable, offline, transitioning } = AsymmetricAccessState;

/** A unit behind two ports, of which the initiator uses the first, and another initiator likewise. */
function twoPorts(state: number = activeOptimized) {
  const { target, initiator, another } = scriptedUnit({}, undefined, { portGroups: [{ tag: 1 }, { tag: 2 }] });
  const other = another(2);
  if (state !== activeOptimized) target.portGroups.change([{ group: 1, state }]);
  for (const one of [initiator, other])
    if (state !== activeOptimized) expect(ready(one).sense?.code).toBe(AdditionalSense.accessStateChanged);
  return { target, initiator, other };
}

function ready(initiator: ScriptedInitiator): Outcome {
  return initiator.run(cdbOf(encodeTestUnitReady));
}

function set(initiator: ScriptedInitiator, data: Uint8Array): Outcome {
  return initiator.run(
    cdbOf((cdb) => encodeSetTargetPortGroups(cdb, { parameterListLength: data.length })),
    { data },
  );
}

function setTo(initiator: ScriptedInitiator, ...changes: readonly PortGroupChange[]): Outcome {
  return set(initiator, buildPortGroupChanges(changes));
}

function groups(initiator: ScriptedInitiator) {
  const cdb = cdbOf((bytes) => encodeReportTargetPortGroups(bytes, { extendedHeader: false, allocationLength: 4096 }));
  return parseTargetPortGroups(initiator.run(cdb).data);
}

describe("a port", () => {
  it.each([
    [standby, AdditionalSense.portInStandby],
    [unavailable, AdditionalSense.portUnavailable],
    [offline, AdditionalSense.portOffline],
  ])("in state %i refuses what touches the medium, and says which state that is", (state, code) => {
    const { initiator } = twoPorts(state);
    for (const cdb of ["00", "28 00 00000000 00 0001", "2a 00 00000000 00 0001", "25", "35", "9e 10 0000000000000000 00000020"]) {
      expect(initiator.run(hexCdb(cdb)).sense).toMatchObject({ key: SenseKey.notReady, code });
    }
    for (const answered of ["12 00 00 00 ff", "a0 00 00 000000 000000ff", "03 00 00 00 ff", "a3 0a 00000000 000000ff"]) {
      expect(initiator.run(hexCdb(answered)).status).toBe(ScsiStatus.good);
    }
  });

  it("in standby tells its mode pages and takes reservations, and when it is unavailable it does not", () => {
    const modeSense = "1a 00 3f 00 ff";
    const registrations = "5e 00 0000000000 00ff";
    for (const cdb of [modeSense, registrations]) {
      expect(twoPorts(standby).initiator.run(hexCdb(cdb)).status).toBe(ScsiStatus.good);
      expect(twoPorts(unavailable).initiator.run(hexCdb(cdb)).sense?.code).toBe(AdditionalSense.portUnavailable);
    }
  });

  it("that is active in whatever way takes everything", () => {
    expect(ready(twoPorts(activeNonOptimized).initiator).status).toBe(ScsiStatus.good);
  });
});

describe("SET TARGET PORT GROUPS", () => {
  it("changes states, and tells everybody but who asked for it", () => {
    const { initiator, other } = twoPorts();
    expect(setTo(initiator, { group: 1, state: standby }, { group: 2, state: activeNonOptimized }).status).toBe(ScsiStatus.good);
    expect(groups(initiator)).toMatchObject([
      { group: 1, state: standby, statusCode: 1, relativeTargetPorts: [1], supportedStates: 0x4f },
      { group: 2, state: activeNonOptimized, statusCode: 1, relativeTargetPorts: [2] },
    ]);
    expect(ready(initiator).sense?.code).toBe(AdditionalSense.portInStandby);
    expect(ready(other).sense).toMatchObject({ key: SenseKey.unitAttention, code: AdditionalSense.accessStateChanged });
  });

  it("brings a port back by that port", () => {
    const { initiator } = twoPorts(offline);
    expect(setTo(initiator, { group: 1, state: activeOptimized }).status).toBe(ScsiStatus.good);
    expect(ready(initiator).status).toBe(ScsiStatus.good);
  });

  it("that changes nothing tells nobody", () => {
    const { initiator, other } = twoPorts();
    expect(setTo(initiator).status).toBe(ScsiStatus.good);
    expect(setTo(initiator, { group: 1, state: activeOptimized }).status).toBe(ScsiStatus.good);
    expect(ready(other).status).toBe(ScsiStatus.good);
  });

  it.each([
    [
      "a group that there is not",
      [
        { group: 1, state: standby },
        { group: 3, state: standby },
      ],
    ],
    [
      "a state that happens to ports",
      [
        { group: 1, state: standby },
        { group: 2, state: transitioning },
      ],
    ],
  ])("refuses %s, points at it, and changes nothing", (_what, changes) => {
    const { initiator } = twoPorts();
    expect(setTo(initiator, ...changes).sense).toMatchObject({
      key: SenseKey.illegalRequest,
      code: AdditionalSense.invalidFieldInParameterList,
      specific: { kind: "field", inCdb: false, byte: 8 },
    });
    expect(groups(initiator)).toMatchObject([{ state: activeOptimized }, { state: activeOptimized }]);
  });

  it.each([1, 3, 5, 7])("refuses a list of %i bytes", (length) => {
    const { initiator } = twoPorts();
    expect(set(initiator, new Uint8Array(length)).sense?.code).toBe(AdditionalSense.parameterListLengthError);
  });

  it("is no command of a target with one port, which says so", () => {
    const { initiator } = scriptedUnit();
    const inquiry = cdbOf((cdb) => encodeInquiry(cdb, { vitalProductData: false, page: 0, allocationLength: 255 }));
    expect(parseStandardInquiry(initiator.run(inquiry).data)).toMatchObject({ targetPortGroups: 1, multiPort: false });
    expect(parseStandardInquiry(twoPorts().initiator.run(inquiry).data)).toMatchObject({ targetPortGroups: 3, multiPort: true });
    expect(setTo(initiator, { group: 1, state: standby }).sense?.code).toBe(AdditionalSense.invalidFieldInCdb);
    expect(scriptedUnit().target.commands.get(Opcode.maintenanceOut, MaintenanceOut.setTargetPortGroups)?.access).toBe("always");
  });
});
