import { AdditionalSense, Opcode } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

export const logSense = command({
  opcode: Opcode.logSense,
  name: "LOG SENSE",
  usage: "01 ff ff 00 ffff ffff 00",
  medium: "none",
  reservation: "allowed",
  access: "standby",
  passesReserve6: true,
  run,
});

const supportedLogPages = 0x00;

/** There is nothing to log: the page that lists the pages lists itself. */
function run(execution: Execution): StepEnd {
  const { cdb } = execution;
  const savesParameters = (cdb[1]! & 1) !== 0;
  if (savesParameters) return execution.illegalRequest(AdditionalSense.savingParametersNotSupported);
  if ((cdb[2]! & 0x3f) !== supportedLogPages) return execution.invalidField(2, 5);
  if (cdb[3] !== 0) return execution.invalidField(3);
  return execution.send(Uint8Array.of(supportedLogPages, 0, 0, 1, supportedLogPages), (cdb[7]! << 8) | cdb[8]!);
}
