import { AdditionalSense, decodeStartStopUnit, Opcode, SenseKey } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

export const startStopUnit = command({
  opcode: Opcode.startStopUnit,
  name: "START STOP UNIT",
  usage: "01 00 0f f7 00",
  medium: "none",
  exclusion: "unit",
  reservation: (cdb) => (onlyStarts(cdb) ? "allowed" : "writer"),
  passesReserve6: onlyStarts,
  timeoutSeconds: 60,
  run,
});

/** Starting harms nobody. */
function onlyStarts(cdb: Uint8Array): boolean {
  const { start, powerCondition, loadEject } = decodeStartStopUnit(cdb);
  return start && powerCondition === 0 && !loadEject;
}

/**
 * Loads and ejects a removable medium. There is no motor: other starts and stops, and power conditions, change nothing but that what is cached becomes
 * durable, as before a loss of power.
 */
function run(execution: Execution): StepEnd {
  const { unit, cdb } = execution;
  const { noFlush, loadEject, start, powerCondition } = decodeStartStopUnit(cdb);
  if (unit.sanitizing !== undefined) return execution.checkWith(unit.sanitizing.sense);
  const movesMedium = loadEject && powerCondition === 0;
  if (movesMedium && !unit.removable) return execution.invalidField(4, 1);
  if (movesMedium && unit.preventers.size > 0) return execution.check(SenseKey.illegalRequest, AdditionalSense.mediumRemovalPrevented);
  if (!start && !noFlush && unit.loaded) return execution.flushMedium(change);
  return change(execution);
}

function change(execution: Execution): StepEnd {
  const { unit, nexus, cdb } = execution;
  const { loadEject, start, powerCondition } = decodeStartStopUnit(cdb);
  if (loadEject && powerCondition === 0 && unit.loaded !== start) {
    unit.loaded = start;
    if (start) unit.attend(AdditionalSense.mediumMayHaveChanged, nexus);
  }
  return execution.good();
}
