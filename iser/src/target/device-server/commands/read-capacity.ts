import { buildCapacity10, buildCapacity16, capacity10Length, decodeReadCapacity16, Opcode, ServiceActionIn16 } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

export const readCapacity10 = command({
  opcode: Opcode.readCapacity10,
  name: "READ CAPACITY (10)",
  usage: "00 00000000 000000 00",
  medium: "ready",
  reservation: "allowed",
  passesReserve6: true,
  run: short,
});
export const readCapacity16 = command({
  opcode: Opcode.serviceActionIn16,
  serviceAction: ServiceActionIn16.readCapacity16,
  name: "READ CAPACITY (16)",
  usage: "00 0000000000000000 ffffffff 00 00",
  medium: "ready",
  reservation: "allowed",
  passesReserve6: true,
  run: long,
});

function short(execution: Execution): StepEnd {
  const { blockCount, blockSize } = execution.unit;
  return execution.send(buildCapacity10({ lastLba: Math.max(0, blockCount - 1), blockSize }), capacity10Length);
}

function long(execution: Execution): StepEnd {
  const { blockCount, blockSize, device } = execution.unit;
  const { unmap, unmapZeroes } = device.features;
  const capacity = buildCapacity16({
    lastLba: Math.max(0, blockCount - 1),
    blockSize,
    protection: false,
    protectionType: 0,
    protectionIntervalExponent: 0,
    physicalBlockExponent: Math.min(15, Math.log2(device.geometry.physicalBlockSize / blockSize)),
    provisioningManaged: unmap,
    unmappedReadZeroes: unmap && unmapZeroes,
    lowestAlignedLba: 0,
  });
  return execution.send(capacity, decodeReadCapacity16(execution.cdb).allocationLength);
}
