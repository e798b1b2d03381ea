import { decodeCompareAndWrite, Opcode } from "#scsi";
import { done, firstByte, mustForce, refuseAddress } from "../block-address.ts";
import type { StepEnd } from "../command.ts";
import { firstDifference, miscompare } from "../comparison.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

export const compareAndWrite = command({
  opcode: Opcode.compareAndWrite,
  name: "COMPARE AND WRITE",
  usage: "18 ffffffffffffffff 000000 ff 3f 00",
  medium: "write",
  exclusion: "range",
  reservation: "writer",
  decode: decodeCompareAndWrite,
  dataOutLength: ({ address, unit }) => 2 * address.blocks * unit.blockSize,
  run,
});

function run(execution: Execution): StepEnd {
  const { address, unit, task, wantedDataOut } = execution;
  const refused = refuseAddress(execution, unit.limits.maxCompareAndWrite);
  if (refused !== undefined) return refused;
  if (task.expectedDataOut !== wantedDataOut) return execution.invalidField(13);
  if (address.blocks === 0) return execution.good();
  return execution.fetch(getBuffer);
}

function getBuffer(execution: Execution): StepEnd {
  return execution.needBuffer(execution.dataOut!.length / 2, readBlocks);
}

function readBlocks(execution: Execution): StepEnd {
  return execution.readMedium(firstByte(execution), execution.buffer!, compare);
}

function compare(execution: Execution): StepEnd {
  const dataOut = execution.dataOut!;
  const medium = execution.buffer!;
  const difference = firstDifference(dataOut.subarray(0, medium.length), medium);
  if (difference >= 0) return miscompare(execution, difference);
  return execution.writeMedium(firstByte(execution), dataOut.subarray(medium.length), mustForce(execution), done);
}
