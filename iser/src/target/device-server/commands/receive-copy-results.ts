import { Opcode } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { CopyStatus } from "../copy-results.ts";
import type { Execution } from "../execution.ts";
import { CopyDescriptorType, copyLimits } from "../extended-copy-list.ts";
import { type CommandFacts, command } from "./command.ts";

const common = {
  opcode: Opcode.thirdPartyCopyIn,
  usage: "00 ff 00000000000000 ffffffff 00 00",
  medium: "none",
  reservation: "reader",
} as const satisfies Partial<CommandFacts>;

export const receiveCopyStatus = command({
  ...common,
  serviceAction: 0x00,
  name: "RECEIVE COPY RESULTS, COPY STATUS (LID1)",
  run: answerStatus,
});
export const receiveCopyOperatingParameters = command({
  ...common,
  serviceAction: 0x03,
  name: "RECEIVE COPY RESULTS, OPERATING PARAMETERS",
  run: answerParameters,
});

function send(execution: Execution, data: Uint8Array): StepEnd {
  const { cdb } = execution;
  return execution.send(data, new DataView(cdb.buffer, cdb.byteOffset).getUint32(10));
}

const CopyManagerStatus = { inProgress: 0, completed: 1, failed: 2 } as const;

function copyManagerStatus({ completed, isRunning }: CopyStatus): number {
  if (completed) return CopyManagerStatus.completed;
  return isRunning() ? CopyManagerStatus.inProgress : CopyManagerStatus.failed;
}

function answerStatus(execution: Execution): StepEnd {
  const status = execution.unit.copyResults.get(execution.nexus, execution.cdb[2]!);
  if (status === undefined) return execution.invalidField(2);
  const data = new Uint8Array(12);
  const view = new DataView(data.buffer);
  view.setUint32(0, data.length - 4);
  data[4] = copyManagerStatus(status);
  view.setUint16(5, status.segmentsProcessed);
  // TRANSFER COUNT in KiB, so that it fits.
  data[7] = 1;
  view.setUint32(8, Math.floor(status.bytes / 1024));
  return send(execution, data);
}

function answerParameters(execution: Execution): StepEnd {
  const types = [CopyDescriptorType.blockToBlock, CopyDescriptorType.identification];
  const data = new Uint8Array(44 + types.length);
  const view = new DataView(data.buffer);
  view.setUint32(0, data.length - 4);
  view.setUint16(8, copyLimits.maxTargets);
  view.setUint16(10, copyLimits.maxSegments);
  view.setUint32(12, copyLimits.maxDescriptorBytes);
  const manyCopies = 0xff;
  view.setUint16(34, manyCopies);
  data[36] = manyCopies;
  data[43] = types.length;
  data.set(types, 44);
  return send(execution, data);
}
