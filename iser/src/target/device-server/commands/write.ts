import { decodeWrite6, decodeWrite10, decodeWrite12, decodeWrite16, Opcode } from "#scsi";
import { allBlocks, done, firstByte, mustForce, refuseAddress, refusePartOfBlock } from "../block-address.ts";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { type CommandFacts, command } from "./command.ts";

const common = { medium: "write", reservation: "writer", dataOutLength: allBlocks, run } as const satisfies Partial<CommandFacts>;

export const write6 = command({ ...common, opcode: Opcode.write6, name: "WRITE (6)", usage: "1f ffff ff 00", decode: decodeWrite6 });
export const write10 = command({
  ...common,
  opcode: Opcode.write10,
  name: "WRITE (10)",
  usage: "18 ffffffff 3f ffff 00",
  decode: decodeWrite10,
});
export const write12 = command({
  ...common,
  opcode: Opcode.write12,
  name: "WRITE (12)",
  usage: "18 ffffffff ffffffff 3f 00",
  decode: decodeWrite12,
});
export const write16 = command({
  ...common,
  opcode: Opcode.write16,
  name: "WRITE (16)",
  usage: "18 ffffffffffffffff ffffffff 3f 00",
  decode: decodeWrite16,
});

function run(execution: Execution): StepEnd {
  const refused = refuseAddress(execution, execution.unit.limits.maxTransfer) ?? refusePartOfBlock(execution);
  if (refused !== undefined) return refused;
  if (execution.dataOut === undefined) return execution.good();
  return execution.fetch(writeBlocks);
}

/** Also the middle of WRITE ATOMIC. */
export function writeBlocks(execution: Execution): StepEnd {
  return execution.writeMedium(firstByte(execution), execution.dataOut!, mustForce(execution), done);
}
