import { decodePreFetch10, decodePreFetch16, immediateFlag, Opcode } from "#scsi";
import { done, firstByte, refuseAddress } from "../block-address.ts";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { type CommandFacts, command } from "./command.ts";

const common = { medium: "ready", reservation: "reader", run } as const satisfies Partial<CommandFacts>;

export const preFetch10 = command({
  ...common,
  opcode: Opcode.preFetch10,
  name: "PRE-FETCH (10)",
  usage: "02 ffffffff 3f ffff 00",
  decode: decodePreFetch10,
});
export const preFetch16 = command({
  ...common,
  opcode: Opcode.preFetch16,
  name: "PRE-FETCH (16)",
  usage: "02 ffffffffffffffff ffffffff 3f 00",
  decode: decodePreFetch16,
});

/** GOOD rather than CONDITION MET: nobody can promise that the blocks will still be in a cache. 0 blocks ask for all to the end. */
function run(execution: Execution): StepEnd {
  const { address, unit } = execution;
  const refused = refuseAddress(execution, Number.POSITIVE_INFINITY);
  if (refused !== undefined) return refused;
  const blocks = address.blocks === 0 ? unit.blockCount - address.lba : address.blocks;
  const immediate = (address.flags & immediateFlag) !== 0;
  if (!immediate) return execution.prefetchMedium(firstByte(execution), blocks * unit.blockSize, done);
  unit.device.prefetch?.(firstByte(execution), blocks * unit.blockSize, () => {});
  return execution.good();
}
