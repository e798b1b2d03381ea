import { buildTargetPortGroups, decodeReportTargetPortGroups, MaintenanceIn, Opcode } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

export const reportTargetPortGroups = command({
  opcode: Opcode.maintenanceIn,
  serviceAction: MaintenanceIn.reportTargetPortGroups,
  name: "REPORT TARGET PORT GROUPS",
  usage: "00 00 000000 ffffffff 00 00",
  medium: "none",
  reservation: "allowed",
  access: "always",
  run,
});

function run(execution: Execution): StepEnd {
  const { allocationLength } = decodeReportTargetPortGroups(execution.cdb);
  return execution.send(buildTargetPortGroups(execution.target.portGroups.descriptions), allocationLength);
}
