import { Opcode } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { type CommandFacts, command } from "./command.ts";

const common = { medium: "ready", reservation: "writer" } as const satisfies Partial<CommandFacts>;

export const readDefectData10 = command({
  ...common,
  opcode: Opcode.readDefectData10,
  name: "READ DEFECT DATA (10)",
  usage: "00 1f 00000000 ffff 00",
  run: short,
});
export const readDefectData12 = command({
  ...common,
  opcode: Opcode.readDefectData12,
  name: "READ DEFECT DATA (12)",
  usage: "1f ffffffff ffffffff 00 00",
  run: long,
});

/** The lists and the format that were asked for are those that are answered; both lists are empty. */
function short(execution: Execution): StepEnd {
  const { cdb } = execution;
  return execution.send(Uint8Array.of(0, cdb[2]! & 0x1f, 0, 0), (cdb[7]! << 8) | cdb[8]!);
}

function long(execution: Execution): StepEnd {
  const { cdb } = execution;
  return execution.send(Uint8Array.of(0, cdb[1]! & 0x1f, 0, 0, 0, 0, 0, 0), new DataView(cdb.buffer, cdb.byteOffset).getUint32(6));
}
