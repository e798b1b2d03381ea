import { byteCheckOf, decodeWriteAndVerify10, decodeWriteAndVerify12, decodeWriteAndVerify16, Opcode } from "#scsi";
import { allBlocks, firstByte, mustForce, refuseAddress, refusePartOfBlock } from "../block-address.ts";
import type { StepEnd } from "../command.ts";
import { firstDifference, miscompare } from "../comparison.ts";
import type { Execution } from "../execution.ts";
import { type CommandFacts, command } from "./command.ts";

const common = { medium: "write", reservation: "writer", dataOutLength: allBlocks, run } as const satisfies Partial<CommandFacts>;

export const writeAndVerify10 = command({
  ...common,
  opcode: Opcode.writeAndVerify10,
  name: "WRITE AND VERIFY (10)",
  usage: "16 ffffffff 3f ffff 00",
  decode: decodeWriteAndVerify10,
});
export const writeAndVerify12 = command({
  ...common,
  opcode: Opcode.writeAndVerify12,
  name: "WRITE AND VERIFY (12)",
  usage: "16 ffffffff ffffffff 3f 00",
  decode: decodeWriteAndVerify12,
});
export const writeAndVerify16 = command({
  ...common,
  opcode: Opcode.writeAndVerify16,
  name: "WRITE AND VERIFY (16)",
  usage: "16 ffffffffffffffff ffffffff 3f 00",
  decode: decodeWriteAndVerify16,
});

function run(execution: Execution): StepEnd {
  const refused = refuseAddress(execution, execution.unit.limits.maxTransfer);
  if (refused !== undefined) return refused;
  if (byteCheckOf(execution.address.flags) > 1) return execution.invalidField(1, 2);
  const partial = refusePartOfBlock(execution);
  if (partial !== undefined) return partial;
  if (execution.dataOut === undefined) return execution.good();
  return execution.fetch(getBuffer);
}

/** Before anything is written: for want of memory it should not be left unverified. */
function getBuffer(execution: Execution): StepEnd {
  return execution.needBuffer(execution.dataOut!.length, writeBlocks);
}

function writeBlocks(execution: Execution): StepEnd {
  return execution.writeMedium(firstByte(execution), execution.dataOut!, mustForce(execution), readBack);
}

function readBack(execution: Execution): StepEnd {
  return execution.readMedium(firstByte(execution), execution.buffer!, compare);
}

/** Without BYTCHK that the blocks could be read is enough. */
function compare(execution: Execution): StepEnd {
  const difference = byteCheckOf(execution.address.flags) === 0 ? -1 : firstDifference(execution.dataOut!, execution.buffer!);
  if (difference < 0) return execution.good();
  return miscompare(execution, difference);
}
