import {
  AdditionalSense,
  buildModeParameters,
  DeviceSpecificParameter,
  decodeModeSense6,
  decodeModeSense10,
  type ModeCommandForm,
  type ModeSense10,
  Opcode,
  PageControl,
} from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { blockDescriptor } from "../mode-block-descriptor.ts";
import { command } from "./command.ts";

export const modeSense6 = command({
  opcode: Opcode.modeSense6,
  name: "MODE SENSE (6)",
  usage: "08 ff ff ff 00",
  medium: "none",
  reservation: "writer",
  access: "standby",
  run: (execution) => answer(execution, 6, { ...decodeModeSense6(execution.cdb), longLba: false }),
});
export const modeSense10 = command({
  opcode: Opcode.modeSense10,
  name: "MODE SENSE (10)",
  usage: "18 ff ff 000000 ffff 00",
  medium: "none",
  reservation: "writer",
  access: "standby",
  run: (execution) => answer(execution, 10, decodeModeSense10(execution.cdb)),
});

function answer(execution: Execution, form: ModeCommandForm, sense: ModeSense10): StepEnd {
  const { unit } = execution;
  if (sense.pageControl === PageControl.saved) return execution.illegalRequest(AdditionalSense.savingParametersNotSupported);
  const pages = unit.modePages.sense(sense.pageControl, sense.page, sense.subpage);
  if (pages === undefined) return execution.invalidField(2, 5);
  const longLba = sense.longLba && !sense.disableBlockDescriptors;
  const writeProtect = unit.writeProtection === undefined ? 0 : DeviceSpecificParameter.writeProtect;
  const list = {
    mediumType: 0,
    deviceSpecific: writeProtect | DeviceSpecificParameter.dpoFua,
    longLba,
    blockDescriptors: sense.disableBlockDescriptors ? new Uint8Array(0) : blockDescriptor(unit, longLba),
    pages,
  };
  return execution.send(buildModeParameters(form, list), sense.allocationLength);
}
