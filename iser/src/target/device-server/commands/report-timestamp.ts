import { buildTimestamp, MaintenanceIn, Opcode, TimestampOrigin } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

export const reportTimestamp = command({
  opcode: Opcode.maintenanceIn,
  serviceAction: MaintenanceIn.reportTimestamp,
  name: "REPORT TIMESTAMP",
  usage: "00 00 000000 ffffffff 00 00",
  medium: "none",
  reservation: "allowed",
  access: "standby",
  supported: ({ unit }) => unit.upTimeMs !== undefined,
  run,
});

/** Nobody can set it: it counts from power on (SPC-4, 5.2). */
function run(execution: Execution): StepEnd {
  const { cdb, unit } = execution;
  const ms = Math.floor(unit.upTimeMs?.() ?? 0);
  return execution.send(buildTimestamp({ origin: TimestampOrigin.powerOn, ms }), new DataView(cdb.buffer, cdb.byteOffset).getUint32(6));
}
