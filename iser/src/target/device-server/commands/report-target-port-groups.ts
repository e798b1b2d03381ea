import { AsymmetricAccessState, buildTargetPortGroups, decodeReportTargetPortGroups, MaintenanceIn, Opcode } from "#scsi";
import { command, type StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";

export const reportTargetPortGroups = command({
  opcode: Opcode.maintenanceIn,
  serviceAction: MaintenanceIn.reportTargetPortGroups,
  name: "REPORT TARGET PORT GROUPS",
  usage: "00 00 000000 ffffffff 00 00",
  medium: "none",
  reservation: "allowed",
  run,
});

/** AO_SUP: the only state there is. */
const activeOptimizedSupported = 0x01;

/** All ports are alike: one group. */
function run(execution: Execution): StepEnd {
  const { allocationLength } = decodeReportTargetPortGroups(execution.cdb);
  const group = {
    preferred: false,
    state: AsymmetricAccessState.activeOptimized,
    supportedStates: activeOptimizedSupported,
    group: 1,
    statusCode: 0,
    relativeTargetPorts: execution.target.portalGroupTags,
  };
  return execution.send(buildTargetPortGroups([group]), allocationLength);
}
