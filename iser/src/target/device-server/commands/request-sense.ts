import { AdditionalSense, decodeRequestSense, encodeSense, Opcode, plainSense, type SenseData, SenseKey } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

export const requestSense = command({
  opcode: Opcode.requestSense,
  name: "REQUEST SENSE",
  usage: "01 0000 ff 00",
  medium: "none",
  reservation: "allowed",
  passesReserve6: true,
  alwaysAnswered: true,
  run,
});

function run(execution: Execution): StepEnd {
  const { descriptorFormat, allocationLength } = decodeRequestSense(execution.cdb);
  return execution.send(encodeSense(senseOf(execution), descriptorFormat ? "descriptor" : "fixed"), allocationLength);
}

/** What there is to tell, as parameter data: a unit attention (which is told by this), or what the unit is busy with. */
function senseOf({ unit, nexus }: Execution): SenseData {
  if (unit.absent) return plainSense(SenseKey.illegalRequest, AdditionalSense.logicalUnitNotSupported);
  const attention = unit.attentions.take(nexus);
  if (attention !== undefined) return plainSense(SenseKey.unitAttention, attention);
  if (unit.sanitizing !== undefined) return unit.sanitizing.sense;
  if (unit.sanitizeFailed) return plainSense(SenseKey.mediumError, AdditionalSense.sanitizeCommandFailed);
  return plainSense(SenseKey.noSense, AdditionalSense.none);
}
