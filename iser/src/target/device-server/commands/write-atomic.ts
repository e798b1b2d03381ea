import { decodeWriteAtomic16, Opcode } from "#scsi";
import { allBlocks, refuseAddress, refusePartOfData } from "../block-address.ts";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { command } from "./command.ts";
import { writeBlocks } from "./write.ts";

/** Atomic against other commands: whoever reads sees all of it or nothing. Against a loss of power it is as atomic as one write of the block device. */
export const writeAtomic16 = command({
  opcode: Opcode.writeAtomic16,
  name: "WRITE ATOMIC (16)",
  usage: "18 ffffffffffffffff 0000 ffff 3f 00",
  medium: "write",
  exclusion: "range",
  reservation: "writer",
  decode: decodeWriteAtomic16,
  dataOutLength: allBlocks,
  run,
});

function run(execution: Execution): StepEnd {
  const refused = refuseAddress(execution, execution.unit.limits.maxAtomicTransfer) ?? refusePartOfData(execution);
  if (refused !== undefined) return refused;
  if (execution.dataOut === undefined) return execution.good();
  return execution.fetch(writeBlocks);
}
