import { byteCheckOf, decodeVerify10, decodeVerify12, decodeVerify16, Opcode } from "#scsi";
import { firstByte, refuseAddress, refusePartOfBlock } from "../block-address.ts";
import type { StepEnd } from "../command.ts";
import { firstDifference, miscompare } from "../comparison.ts";
import type { Execution } from "../execution.ts";
import { type CommandFacts, command } from "./command.ts";

const common = { medium: "ready", reservation: "reader", dataOutLength, run } as const satisfies Partial<CommandFacts>;

export const verify10 = command({
  ...common,
  opcode: Opcode.verify10,
  name: "VERIFY (10)",
  usage: "16 ffffffff 3f ffff 00",
  decode: decodeVerify10,
});
export const verify12 = command({
  ...common,
  opcode: Opcode.verify12,
  name: "VERIFY (12)",
  usage: "16 ffffffff ffffffff 3f 00",
  decode: decodeVerify12,
});
export const verify16 = command({
  ...common,
  opcode: Opcode.verify16,
  name: "VERIFY (16)",
  usage: "16 ffffffffffffffff ffffffff 3f 00",
  decode: decodeVerify16,
});

/** BYTCHK: what the blocks are compared with. */
const ByteCheck = { nothing: 0, allBlocks: 1, reserved: 2, oneBlock: 3 } as const;

function dataOutLength({ address, unit }: Execution): number {
  switch (byteCheckOf(address.flags)) {
    case ByteCheck.allBlocks:
      return address.blocks * unit.blockSize;
    case ByteCheck.oneBlock:
      return unit.blockSize;
    default:
      return 0;
  }
}

function run(execution: Execution): StepEnd {
  const { address, unit } = execution;
  const refused = refuseAddress(execution, unit.limits.maxTransfer);
  if (refused !== undefined) return refused;
  const byteCheck = byteCheckOf(address.flags);
  if (byteCheck === ByteCheck.reserved) return execution.invalidField(1, 2);
  const partial = refusePartOfBlock(execution);
  if (partial !== undefined) return partial;
  const length = byteCheck === ByteCheck.allBlocks ? (execution.dataOut?.length ?? 0) : address.blocks * unit.blockSize;
  if (length === 0) return execution.good();
  return execution.needBuffer(length, readBlocks);
}

function readBlocks(execution: Execution): StepEnd {
  return execution.readMedium(firstByte(execution), execution.buffer!, fetchData);
}

function fetchData(execution: Execution): StepEnd {
  return execution.fetch(compare);
}

function compare(execution: Execution): StepEnd {
  const { dataOut, unit } = execution;
  const medium = execution.buffer!;
  if (dataOut === undefined) return execution.good();
  const step = byteCheckOf(execution.address.flags) === ByteCheck.oneBlock ? unit.blockSize : medium.length;
  for (let at = 0; at < medium.length; at += step) {
    const difference = firstDifference(dataOut, medium.subarray(at, at + step));
    if (difference >= 0) return miscompare(execution, difference);
  }
  return execution.good();
}
