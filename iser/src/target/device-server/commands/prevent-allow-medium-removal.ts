import { Opcode } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

export const preventAllowMediumRemoval = command({
  opcode: Opcode.preventAllowMediumRemoval,
  name: "PREVENT ALLOW MEDIUM REMOVAL",
  usage: "00 0000 03 00",
  medium: "none",
  reservation: (cdb) => (prevents(cdb) ? "writer" : "allowed"),
  passesReserve6: (cdb) => !prevents(cdb),
  supported: ({ unit }) => unit.removable,
  run,
});

/** PREVENT: 00b allows, 01b prevents; the other two concerned changers and are obsolete. */
function prevents(cdb: Uint8Array): boolean {
  return (cdb[4]! & 1) !== 0;
}

/** The medium stays as long as any nexus says so (SBC-4, 5.15). */
function run(execution: Execution): StepEnd {
  const { unit, nexus, cdb } = execution;
  if ((cdb[4]! & 2) !== 0) return execution.invalidField(4, 1);
  if (prevents(cdb)) unit.preventers.add(nexus);
  else unit.preventers.delete(nexus);
  return execution.good();
}
