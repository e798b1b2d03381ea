import { decodeOrWrite16, Opcode } from "#scsi";
import { allBlocks, done, firstByte, mustForce, refuseAddress, refusePartOfData } from "../block-address.ts";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

export const orWrite16 = command({
  opcode: Opcode.orWrite16,
  name: "ORWRITE (16)",
  usage: "18 ffffffffffffffff ffffffff 3f 00",
  medium: "write",
  exclusion: "range",
  reservation: "writer",
  decode: decodeOrWrite16,
  dataOutLength: allBlocks,
  run,
});

function run(execution: Execution): StepEnd {
  const refused = refuseAddress(execution, execution.unit.limits.maxTransfer) ?? refusePartOfData(execution);
  if (refused !== undefined) return refused;
  if (execution.dataOut === undefined) return execution.good();
  return execution.fetch(getBuffer);
}

function getBuffer(execution: Execution): StepEnd {
  return execution.needBuffer(execution.dataOut!.length, readBlocks);
}

function readBlocks(execution: Execution): StepEnd {
  return execution.readMedium(firstByte(execution), execution.buffer!, writeBlocks);
}

function writeBlocks(execution: Execution): StepEnd {
  const dataOut = execution.dataOut!;
  const medium = execution.buffer!;
  for (let at = 0; at < medium.length; at++) medium[at]! |= dataOut[at]!;
  return execution.writeMedium(firstByte(execution), medium, mustForce(execution), done);
}
