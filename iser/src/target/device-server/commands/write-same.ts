import { AdditionalSense, decodeWriteSame10, decodeWriteSame16, Opcode, WriteSameFlag } from "#scsi";
import { done, firstByte, refuseAddress, refusePartOfData } from "../block-address.ts";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { type CommandFacts, command } from "./command.ts";

const common = { medium: "write", reservation: "writer", dataOutLength, timeoutSeconds: 60, run } as const satisfies Partial<CommandFacts>;

export const writeSame10 = command({
  ...common,
  opcode: Opcode.writeSame10,
  name: "WRITE SAME (10)",
  usage: "08 ffffffff 3f ffff 00",
  decode: decodeWriteSame10,
});
export const writeSame16 = command({
  ...common,
  opcode: Opcode.writeSame16,
  name: "WRITE SAME (16)",
  usage: "09 ffffffffffffffff ffffffff 3f 00",
  decode: decodeWriteSame16,
});

/** Memory for the block in many copies, which are then written many times. */
const maxChunkBytes = 256 * 1024;

function dataOutLength({ address, unit }: Execution): number {
  return (address.flags & WriteSameFlag.noDataOut) !== 0 ? 0 : unit.blockSize;
}

function run(execution: Execution): StepEnd {
  const { address, unit } = execution;
  const refused = refuseAddress(execution, unit.limits.maxWriteSame);
  if (refused !== undefined) return refused;
  // WSNZ: 0 blocks do not mean to the end.
  if (address.blocks === 0) return execution.illegalRequest(AdditionalSense.invalidFieldInCdb);
  if ((address.flags & WriteSameFlag.unmap) !== 0 && !unit.device.features.unmap) return execution.invalidField(1, 3);
  const partial = refusePartOfData(execution);
  if (partial !== undefined) return partial;
  return execution.fetch(writeOut);
}

/** Zeroes are the device's business: it may have a quicker way, and with UNMAP it may deallocate. */
function writeOut(execution: Execution): StepEnd {
  const { address, unit, dataOut } = execution;
  if (dataOut === undefined || isZero(dataOut)) {
    const mayUnmap = (address.flags & WriteSameFlag.unmap) !== 0;
    return execution.zeroMedium(firstByte(execution), address.blocks * unit.blockSize, mayUnmap, done);
  }
  const chunkBlocks = Math.min(address.blocks, Math.max(1, Math.floor(maxChunkBytes / unit.blockSize)));
  return execution.needBuffer(chunkBlocks * unit.blockSize, fillChunk);
}

function fillChunk(execution: Execution): StepEnd {
  const block = execution.dataOut!;
  const chunk = execution.buffer!;
  for (let at = 0; at < chunk.length; at += block.length) chunk.set(block, at);
  execution.progress = 0;
  return writeChunk(execution);
}

function writeChunk(execution: Execution): StepEnd {
  const { address, unit, progress } = execution;
  const chunk = execution.buffer!;
  const left = address.blocks * unit.blockSize - progress;
  const piece = left < chunk.length ? chunk.subarray(0, left) : chunk;
  execution.progress += piece.length;
  const next = left === piece.length ? done : writeChunk;
  return execution.writeMedium(firstByte(execution) + progress, piece, unit.mustForce(false), next);
}

function isZero(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false;
  return true;
}
