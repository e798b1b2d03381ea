import { AdditionalSense, decodeSetTargetPortGroups, MaintenanceOut, Opcode, parsePortGroupChanges, portGroupChangeOffset } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

/** Explicit asymmetric access. The states are those of the ports for all logical units. */
export const setTargetPortGroups = command({
  opcode: Opcode.maintenanceOut,
  serviceAction: MaintenanceOut.setTargetPortGroups,
  name: "SET TARGET PORT GROUPS",
  usage: "00 00000000 ffffffff 00 00",
  medium: "none",
  reservation: "writer",
  access: "always",
  supported: ({ target }) => target.portGroups.areSettable,
  dataOutLength: ({ cdb }) => decodeSetTargetPortGroups(cdb).parameterListLength,
  run,
});

function run(execution: Execution): StepEnd {
  const { parameterListLength } = decodeSetTargetPortGroups(execution.cdb);
  if (execution.task.expectedDataOut < parameterListLength) return execution.illegalRequest(AdditionalSense.parameterListLengthError);
  return parameterListLength === 0 ? execution.good() : execution.fetch(set);
}

/** Nothing is changed unless all of the list is right. */
function set(execution: Execution): StepEnd {
  const { target, nexus } = execution;
  const changes = parsePortGroupChanges(execution.dataOut!);
  if (changes === undefined) return execution.illegalRequest(AdditionalSense.parameterListLengthError);
  const fault = target.portGroups.faultIn(changes);
  if (fault >= 0) return execution.invalidParameter(portGroupChangeOffset(fault));
  target.portGroups.change(changes, nexus);
  return execution.good();
}
