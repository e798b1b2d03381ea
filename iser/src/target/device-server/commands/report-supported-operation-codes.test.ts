import { describe, expect, it } from "vitest";
import {
  AdditionalSense,
  cdbLengthOf,
  encodeReportSupportedOperationCodes,
  OperationSupport,
  parseOneOperation,
  parseSupportedOperations,
  ReportingOptions,
} from "#scsi";
import type { ScriptedInitiator } from "../testing/scripted-initiator.ts";
import { cdbOf, scriptedUnit } from "../testing/scripted-unit.ts";
import { commands } from "./index.ts";

function report(initiator: ScriptedInitiator, reportingOptions: number, opcode = 0, serviceAction = 0, timeouts = false) {
  const fields = { timeouts, reportingOptions, opcode, serviceAction, allocationLength: 65535 };
  return initiator.run(cdbOf((cdb) => encodeReportSupportedOperationCodes(cdb, fields)));
}

/** A unit that has all commands that there are. */
function withEveryCommand() {
  return scriptedUnit({ removable: true, upTimeMs: () => 1000 }, undefined, { portGroups: [{ tag: 1 }, { tag: 2 }] });
}

describe("the commands", () => {
  it("have as many bytes of usage data as their CDB, and their opcode in front", () => {
    for (const { name, opcode, usage } of commands) {
      expect([name, usage.length]).toEqual([name, cdbLengthOf(opcode)]);
      expect(usage[0]).toBe(opcode);
    }
    expect(new Set(commands.map(({ opcode, serviceAction }) => `${opcode} ${serviceAction}`)).size).toBe(commands.length);
  });

  it("refuse every bit that their usage data does not know, and point at it", () => {
    const { initiator } = withEveryCommand();
    for (const { name, usage, serviceAction } of commands) {
      for (let bit = 8; bit < usage.length * 8; bit++) {
        const byte = bit >> 3;
        const mask = 1 << (bit & 7);
        const knows = (usage[byte]! & mask) !== 0 || (byte === 1 && serviceAction !== undefined && mask < 0x20);
        if (knows) continue;
        const cdb = new Uint8Array(16);
        cdb[0] = usage[0]!;
        cdb[1] = serviceAction ?? 0;
        cdb[byte]! |= mask;
        const { sense } = initiator.run(cdb);
        expect([name, sense?.code, sense?.specific]).toEqual([
          name,
          AdditionalSense.invalidFieldInCdb,
          { kind: "field", inCdb: true, byte, bit: bit & 7 },
        ]);
      }
    }
  });
});

describe("REPORT SUPPORTED OPERATION CODES", () => {
  it("lists all commands, with timeouts when they are wanted", () => {
    const { initiator } = withEveryCommand();
    const plain = parseSupportedOperations(report(initiator, ReportingOptions.all).data);
    expect(plain.length).toBe(commands.length);
    expect(plain.every(({ timeouts }) => timeouts === undefined)).toBe(true);
    const timed = parseSupportedOperations(report(initiator, ReportingOptions.all, 0, 0, true).data);
    expect(timed.every(({ timeouts }) => (timeouts?.recommended ?? 0) > 0)).toBe(true);
  });

  it("describes each of them alone, by the option that fits it", () => {
    const { initiator } = withEveryCommand();
    for (const { opcode, serviceAction, usage } of commands) {
      const fitting = serviceAction === undefined ? ReportingOptions.opcode : ReportingOptions.serviceAction;
      const other = serviceAction === undefined ? ReportingOptions.serviceAction : ReportingOptions.opcode;
      expect(parseOneOperation(report(initiator, fitting, opcode, serviceAction).data)).toEqual({
        support: OperationSupport.standard,
        usage,
      });
      expect(parseOneOperation(report(initiator, ReportingOptions.either, opcode, serviceAction).data)?.usage).toEqual(usage);
      expect(report(initiator, other, opcode, serviceAction).sense?.code).toBe(AdditionalSense.invalidFieldInCdb);
    }
  });

  it("leaves out what the unit does not have", () => {
    const { initiator } = scriptedUnit();
    const preventAllow = 0x1e;
    const listed = parseSupportedOperations(report(initiator, ReportingOptions.all).data);
    expect(listed.some(({ opcode }) => opcode === preventAllow)).toBe(false);
    expect(parseOneOperation(report(initiator, ReportingOptions.opcode, preventAllow).data)?.support).toBe(OperationSupport.notSupported);
    expect(parseOneOperation(report(initiator, ReportingOptions.opcode, 0xc1).data)?.support).toBe(OperationSupport.notSupported);
  });
});
