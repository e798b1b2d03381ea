import { decodeSynchronizeCache10, decodeSynchronizeCache16, immediateFlag, Opcode } from "#scsi";
import { done, refuseAddress } from "../block-address.ts";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { type CommandFacts, command } from "./command.ts";

const common = { medium: "ready", reservation: "writer", timeoutSeconds: 60, run } as const satisfies Partial<CommandFacts>;

export const synchronizeCache10 = command({
  ...common,
  opcode: Opcode.synchronizeCache10,
  name: "SYNCHRONIZE CACHE (10)",
  usage: "06 ffffffff 3f ffff 00",
  decode: decodeSynchronizeCache10,
});
export const synchronizeCache16 = command({
  ...common,
  opcode: Opcode.synchronizeCache16,
  name: "SYNCHRONIZE CACHE (16)",
  usage: "06 ffffffffffffffff ffffffff 3f 00",
  decode: decodeSynchronizeCache16,
});

/** Flushes everything, whatever range is asked for, and so what the obsolete SYNC_NV asks for too. With IMMED, GOOD says that it has begun. */
function run(execution: Execution): StepEnd {
  const refused = refuseAddress(execution, Number.POSITIVE_INFINITY);
  if (refused !== undefined) return refused;
  if ((execution.address.flags & immediateFlag) === 0) return execution.flushMedium(done);
  execution.unit.device.flush(() => {});
  return execution.good();
}
