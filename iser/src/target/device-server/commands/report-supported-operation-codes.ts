import {
  buildOneOperation,
  buildSupportedOperations,
  type CommandTimeouts,
  decodeReportSupportedOperationCodes,
  MaintenanceIn,
  Opcode,
  OperationSupport,
  ReportingOptions,
  type SupportedOperation,
} from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { type Command, command } from "./command.ts";

export const reportSupportedOperationCodes = command({
  opcode: Opcode.maintenanceIn,
  serviceAction: MaintenanceIn.reportSupportedOperationCodes,
  name: "REPORT SUPPORTED OPERATION CODES",
  usage: "00 87 ff ffff ffffffff 00 00",
  medium: "none",
  reservation: "reader",
  access: "standby",
  run,
});

function run(execution: Execution): StepEnd {
  const { timeouts, reportingOptions, opcode, serviceAction, allocationLength } = decodeReportSupportedOperationCodes(execution.cdb);
  const { commands } = execution.target;
  if (reportingOptions === ReportingOptions.all) {
    const all = commands.all.filter((known) => supports(execution, known));
    return execution.send(buildSupportedOperations(all.map((known) => descriptor(known, timeouts))), allocationLength);
  }
  const hasServiceActions = commands.hasServiceActions(opcode);
  if (reportingOptions === ReportingOptions.opcode && hasServiceActions) return execution.invalidField(2, 2);
  if (reportingOptions === ReportingOptions.serviceAction && commands.knowsOpcode(opcode) && !hasServiceActions) {
    return execution.invalidField(2, 2);
  }
  if (reportingOptions > ReportingOptions.either) return execution.invalidField(2, 2);
  const found = !hasServiceActions || serviceAction <= 0x1f ? commands.get(opcode, serviceAction) : undefined;
  const one =
    found !== undefined && supports(execution, found)
      ? { support: OperationSupport.standard, usage: found.usage, ...(timeouts ? { timeouts: timeoutsOf(found) } : {}) }
      : { support: OperationSupport.notSupported, usage: new Uint8Array(0) };
  return execution.send(buildOneOperation(one), allocationLength);
}

function supports(execution: Execution, known: Command): boolean {
  return known.supported?.(execution) ?? true;
}

function descriptor(known: Command, timeouts: boolean): SupportedOperation {
  return {
    opcode: known.opcode,
    ...(known.serviceAction === undefined ? {} : { serviceAction: known.serviceAction }),
    cdbLength: known.usage.length,
    ...(timeouts ? { timeouts: timeoutsOf(known) } : {}),
  };
}

function timeoutsOf({ timeoutSeconds }: Command): CommandTimeouts {
  return { nominal: 0, recommended: timeoutSeconds };
}
