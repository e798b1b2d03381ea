import { Opcode } from "#scsi";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

/** Only the default self-test, which every unit must have (SPC-4, 6.42). There is nothing that it could find. */
export const sendDiagnostic = command({
  opcode: Opcode.sendDiagnostic,
  name: "SEND DIAGNOSTIC",
  usage: "04 00 0000 00",
  medium: "ready",
  reservation: "writer",
  access: "standby",
  run: (execution: Execution) => {
    if ((execution.cdb[1]! & 4) !== 0) return execution.good();
    return execution.invalidField(1, 2);
  },
});
