import { AdditionalSense, decodeUnmap, Opcode, parseUnmapList, type UnmapDescriptor } from "#scsi";
import { lbaOutOfRange } from "../block-address.ts";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

export const unmap = command({
  opcode: Opcode.unmap,
  name: "UNMAP",
  usage: "00 00000000 3f ffff 00",
  medium: "write",
  reservation: "writer",
  timeoutSeconds: 60,
  dataOutLength: ({ cdb }) => decodeUnmap(cdb).parameterListLength,
  supported: ({ unit }) => unit.device.features.unmap,
  run,
});

function run(execution: Execution): StepEnd {
  if (execution.task.expectedDataOut < execution.wantedDataOut) return execution.illegalRequest(AdditionalSense.parameterListLengthError);
  return execution.fetch(judgeList);
}

/** All descriptors are judged before the first block is unmapped. */
function judgeList(execution: Execution): StepEnd {
  const { unit } = execution;
  const descriptors = parseUnmapList(execution.dataOut ?? new Uint8Array(0));
  if (descriptors === undefined) return execution.illegalRequest(AdditionalSense.parameterListLengthError);
  if (descriptors.length > unit.limits.maxUnmapDescriptors) return execution.invalidParameter(2);
  for (const { lba, blocks } of descriptors) if (blocks > 0 && lba + blocks > unit.blockCount) return lbaOutOfRange(execution, lba);
  execution.plan = descriptors;
  execution.progress = 0;
  return unmapNext(execution);
}

function unmapNext(execution: Execution): StepEnd {
  const { unit } = execution;
  const descriptors = execution.plan as readonly UnmapDescriptor[];
  let descriptor = descriptors[execution.progress++];
  while (descriptor?.blocks === 0) descriptor = descriptors[execution.progress++];
  if (descriptor === undefined) return execution.good();
  return execution.unmapMedium(descriptor.lba * unit.blockSize, descriptor.blocks * unit.blockSize, unmapNext);
}
