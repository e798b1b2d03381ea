import {
  AdditionalSense,
  decodeModeSelect6,
  decodeModeSelect10,
  type ModeCommandForm,
  type ModeSelect,
  Opcode,
  parseModeParameters,
} from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { blockDescriptorFits } from "../mode-block-descriptor.ts";
import { command, type Step } from "./command.ts";

export const modeSelect6 = command({
  opcode: Opcode.modeSelect6,
  name: "MODE SELECT (6)",
  usage: "10 0000 ff 00",
  medium: "none",
  reservation: "writer",
  access: "standby",
  dataOutLength: ({ cdb }) => decodeModeSelect6(cdb).parameterListLength,
  run: (execution) => begin(execution, decodeModeSelect6(execution.cdb), select6),
});
export const modeSelect10 = command({
  opcode: Opcode.modeSelect10,
  name: "MODE SELECT (10)",
  usage: "10 0000000000 ffff 00",
  medium: "none",
  reservation: "writer",
  access: "standby",
  dataOutLength: ({ cdb }) => decodeModeSelect10(cdb).parameterListLength,
  run: (execution) => begin(execution, decodeModeSelect10(execution.cdb), select10),
});

function begin(execution: Execution, { pageFormat, parameterListLength }: ModeSelect, next: Step): StepEnd {
  if (!pageFormat) return execution.invalidField(1, 4);
  if (execution.task.expectedDataOut < parameterListLength) return execution.illegalRequest(AdditionalSense.parameterListLengthError);
  if (parameterListLength === 0) return execution.good();
  return execution.fetch(next);
}

function select6(execution: Execution): StepEnd {
  return select(execution, 6);
}

function select10(execution: Execution): StepEnd {
  return select(execution, 10);
}

/** Nothing is changed unless all of the list is right. */
function select(execution: Execution, form: ModeCommandForm): StepEnd {
  const { unit, nexus } = execution;
  const data = execution.dataOut!;
  const list = parseModeParameters(data, form, true);
  if (list === undefined || endOf(data, form) !== data.length) return execution.illegalRequest(AdditionalSense.parameterListLengthError);
  if (!blockDescriptorFits(unit, list.blockDescriptors, list.longLba)) return execution.invalidParameter(headerLength(form));
  for (const page of list.pages) {
    const fault = page.savable ? { offset: 0, bit: 7 } : unit.modePages.faultOf(page);
    if (fault !== undefined) return execution.invalidParameter(page.offset + fault.offset, fault.bit);
  }
  let changed = false;
  for (const page of list.pages) changed = unit.modePages.select(page) || changed;
  if (changed) unit.attend(AdditionalSense.modeParametersChanged, nexus);
  return execution.good();
}

/** Where the header, block descriptors and pages end according to their own lengths, or past `data` when one of them is cut off. */
function endOf(data: Uint8Array, form: ModeCommandForm): number {
  const subpageFormat = 0x40;
  let at = headerLength(form) + (form === 6 ? data[3]! : (data[6]! << 8) | data[7]!);
  while (at < data.length) {
    const long = (data[at]! & subpageFormat) !== 0;
    at += long ? 4 + (((data[at + 2] ?? 0) << 8) | (data[at + 3] ?? 0)) : 2 + (data[at + 1] ?? 0);
  }
  return at;
}

function headerLength(form: ModeCommandForm): number {
  return form === 6 ? 4 : 8;
}
