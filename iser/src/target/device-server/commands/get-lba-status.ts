import type { BlockExtent } from "#block";
import {
  buildLbaStatusList,
  decodeGetLbaStatus,
  type LbaStatus,
  lbaStatusListLength,
  Opcode,
  ProvisioningStatus,
  ServiceActionIn16,
} from "#scsi";
import { lbaOutOfRange } from "../block-address.ts";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";

export const getLbaStatus = command({
  opcode: Opcode.serviceActionIn16,
  serviceAction: ServiceActionIn16.getLbaStatus,
  name: "GET LBA STATUS",
  usage: "00 ffffffffffffffff ffffffff 00 00",
  medium: "ready",
  reservation: "reader",
  run,
});

/** NUMBER OF LOGICAL BLOCKS is a 32-bit field. */
const maxBlocks = 0xffffffff;

function run(execution: Execution): StepEnd {
  const { unit } = execution;
  const { startingLba } = decodeGetLbaStatus(execution.cdb);
  if (startingLba >= unit.blockCount) return lbaOutOfRange(execution, startingLba);
  const offset = startingLba * unit.blockSize;
  const length = unit.device.geometry.size - offset;
  if (unit.device.features.blockStatus) return execution.askMediumStatus(offset, length, answer);
  execution.extents = [{ length, hole: false, zero: false }];
  return answer(execution);
}

function answer(execution: Execution): StepEnd {
  const { startingLba, allocationLength } = decodeGetLbaStatus(execution.cdb);
  const room = Math.floor((allocationLength - lbaStatusListLength(0)) / (lbaStatusListLength(1) - lbaStatusListLength(0)));
  // The standard wants one descriptor at least, also when there is no room to send it.
  const statuses = lbaStatuses(execution.extents, startingLba, execution.unit.blockSize).slice(0, Math.max(1, room));
  return execution.send(buildLbaStatusList(statuses), allocationLength);
}

/** Extents as runs of blocks; neighbours of one status are one run. */
function lbaStatuses(extents: readonly BlockExtent[], startingLba: number, blockSize: number): LbaStatus[] {
  const statuses: LbaStatus[] = [];
  let lba = startingLba;
  for (const { length, hole } of extents) {
    const status = hole ? ProvisioningStatus.deallocated : ProvisioningStatus.mapped;
    const last = statuses.at(-1);
    let blocks = length / blockSize;
    if (last?.status === status) {
      statuses.pop();
      blocks += last.blocks;
      lba = last.lba;
    }
    for (; blocks > 0; blocks -= Math.min(blocks, maxBlocks)) {
      const some = Math.min(blocks, maxBlocks);
      statuses.push({ lba, blocks: some, status });
      lba += some;
    }
  }
  return statuses;
}
