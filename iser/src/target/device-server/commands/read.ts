import { decodeRead6, decodeRead10, decodeRead12, decodeRead16, Opcode } from "#scsi";
import { firstByte, refuseAddress } from "../block-address.ts";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { type CommandFacts, command } from "./command.ts";

const common = { medium: "ready", reservation: "reader", run } as const satisfies Partial<CommandFacts>;

export const read6 = command({ ...common, opcode: Opcode.read6, name: "READ (6)", usage: "1f ffff ff 00", decode: decodeRead6 });
export const read10 = command({
  ...common,
  opcode: Opcode.read10,
  name: "READ (10)",
  usage: "18 ffffffff 3f ffff 00",
  decode: decodeRead10,
});
export const read12 = command({
  ...common,
  opcode: Opcode.read12,
  name: "READ (12)",
  usage: "18 ffffffff ffffffff 3f 00",
  decode: decodeRead12,
});
export const read16 = command({
  ...common,
  opcode: Opcode.read16,
  name: "READ (16)",
  usage: "18 ffffffffffffffff ffffffff 3f 00",
  decode: decodeRead16,
});

function run(execution: Execution): StepEnd {
  const refused = refuseAddress(execution, execution.unit.limits.maxTransfer);
  if (refused !== undefined) return refused;
  const { address, unit } = execution;
  if (address.blocks === 0) return execution.good();
  return execution.needBuffer(address.blocks * unit.blockSize, readBlocks);
}

function readBlocks(execution: Execution): StepEnd {
  return execution.readMedium(firstByte(execution), execution.buffer!, sendBlocks);
}

function sendBlocks(execution: Execution): StepEnd {
  return execution.sendBuffer();
}
