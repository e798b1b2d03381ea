import { Opcode, ScsiStatus } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

/** RESERVE (6) of SPC-2, without its third party and extents: the whole unit for one I_T nexus, until that releases it, is lost, or the unit is reset. */
export const reserve6 = command({
  opcode: Opcode.reserve6,
  name: "RESERVE (6)",
  usage: "00 000000 00",
  medium: "none",
  reservation: "allowed",
  run: reserve,
});

export const release6 = command({
  opcode: Opcode.release6,
  name: "RELEASE (6)",
  usage: "00 000000 00",
  medium: "none",
  reservation: "allowed",
  passesReserve6: true,
  run: release,
});

/** The two ways of reserving do not mix: whoever registered a key means the other (SPC-2, 5.5.1). */
function reserve(execution: Execution): StepEnd {
  const { unit, nexus } = execution;
  if (unit.persistentReservations.registrationCount > 0) return execution.status(ScsiStatus.reservationConflict);
  unit.reservedBy = nexus;
  return execution.good();
}

/** Releasing what one does not hold is no error. */
function release(execution: Execution): StepEnd {
  const { unit, nexus } = execution;
  if (unit.persistentReservations.registrationCount > 0) return execution.status(ScsiStatus.reservationConflict);
  if (unit.reservedBy === nexus) unit.reservedBy = undefined;
  return execution.good();
}
