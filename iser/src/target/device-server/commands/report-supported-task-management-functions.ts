import { MaintenanceIn, Opcode } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

export const reportSupportedTaskManagementFunctions = command({
  opcode: Opcode.maintenanceIn,
  serviceAction: MaintenanceIn.reportSupportedTaskManagementFunctions,
  name: "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
  usage: "00 00 000000 ffffffff 00 00",
  medium: "none",
  reservation: "reader",
  access: "standby",
  run,
});

/** ABORT TASK, ABORT TASK SET, CLEAR TASK SET and LOGICAL UNIT RESET (SPC-4, 6.36.2). */
const supported = 0x80 | 0x40 | 0x10 | 0x08;

function run(execution: Execution): StepEnd {
  const { cdb } = execution;
  return execution.send(Uint8Array.of(supported, 0, 0, 0), new DataView(cdb.buffer, cdb.byteOffset).getUint32(6));
}
