import { Opcode } from "#scsi";
import { command } from "./command.ts";

export const testUnitReady = command({
  opcode: Opcode.testUnitReady,
  name: "TEST UNIT READY",
  usage: "00 00 00 00 00",
  medium: "ready",
  reservation: "allowed",
  run: (execution) => execution.good(),
});
