import { AdditionalSense, ScsiStatus, SenseKey } from "#scsi";
import { type Command, type StepEnd, unusedBitSet } from "./command.ts";
import type { Execution } from "./execution.ts";

/**
 * The first step of every command: what must be true before any of them runs, in the order of SAM-5, 5.3.3 (unit attention before reservation conflict
 * before everything a CDB can be wrong about), then the state of the port, readiness and write protection.
 */
export function judge(execution: Execution): StepEnd {
  const { unit, nexus, command } = execution;
  if (command?.alwaysAnswered !== true) {
    if (unit.absent) return execution.illegalRequest(AdditionalSense.logicalUnitNotSupported);
    const attention = unit.attentions.take(nexus);
    if (attention !== undefined) return execution.check(SenseKey.unitAttention, attention);
  }
  if (command === undefined) return refuseUnknown(execution);
  if (unit.reservedAgainst(nexus, command, execution.cdb)) return execution.status(ScsiStatus.reservationConflict);
  if (command.supported !== undefined && !command.supported(execution)) return refuseUnsupported(execution, command);
  const unused = unusedBitSet(execution.cdb, command);
  if (unused >= 0) return execution.invalidField(unused >> 3, unused & 7);
  const inaccessible = execution.target.portGroups.refusalOf(nexus.portalGroupTag, command.access);
  if (inaccessible !== undefined) return execution.check(SenseKey.notReady, inaccessible);
  if (execution.refusal === "no-memory") return execution.status(ScsiStatus.taskSetFull);
  const refused = command.medium === "none" ? undefined : refuseUnready(execution, command);
  if (refused !== undefined) return refused;
  if (execution.refusal === "too-long") return execution.illegalRequest(AdditionalSense.invalidFieldInCdb);
  return command.run(execution);
}

/** Ends the command when the unit cannot do it now. */
function refuseUnready(execution: Execution, command: Command<Execution>): StepEnd | undefined {
  const { unit } = execution;
  if (unit.sanitizing !== undefined) return execution.checkWith(unit.sanitizing.sense);
  if (unit.sanitizeFailed) return execution.check(SenseKey.mediumError, AdditionalSense.sanitizeCommandFailed);
  if (!unit.loaded) return execution.check(SenseKey.notReady, AdditionalSense.mediumNotPresent);
  if (command.medium === "write" && unit.writeProtection !== undefined) return execution.check(SenseKey.dataProtect, unit.writeProtection);
  return undefined;
}

function refuseUnknown(execution: Execution): StepEnd {
  if (execution.target.commands.knowsOpcode(execution.cdb[0]!)) return execution.invalidField(1, 4);
  return execution.illegalRequest(AdditionalSense.invalidCommandOperationCode);
}

function refuseUnsupported(execution: Execution, command: Command<Execution>): StepEnd {
  if (command.serviceAction !== undefined) return execution.invalidField(1, 4);
  return execution.illegalRequest(AdditionalSense.invalidCommandOperationCode);
}
