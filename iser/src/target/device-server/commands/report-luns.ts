import { AdditionalSense, buildLunList, decodeReportLuns, Opcode, SelectReport } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

export const reportLuns = command({
  opcode: Opcode.reportLuns,
  name: "REPORT LUNS",
  usage: "00 ff 000000 ffffffff 00 00",
  medium: "none",
  reservation: "allowed",
  passesReserve6: true,
  alwaysAnswered: true,
  run,
});

function run(execution: Execution): StepEnd {
  const { target, nexus } = execution;
  const { selectReport, allocationLength } = decodeReportLuns(execution.cdb);
  if (selectReport > SelectReport.all) return execution.invalidField(2);
  const units = target.units;
  for (const [, unit] of units) unit.attentions.clear(nexus, AdditionalSense.reportedLunsDataChanged);
  // There are no well-known logical units to report.
  const luns = selectReport === SelectReport.wellKnown ? [] : units.map(([lun]) => lun);
  return execution.send(buildLunList(luns), allocationLength);
}
