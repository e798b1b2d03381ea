import { AdditionalSense, plainSense, SenseKey, TransferFlag } from "#scsi";
import type { StepEnd } from "./command.ts";
import type { Execution } from "./execution.ts";

/** Ends the command unless its blocks exist and are no more than `maxBlocks`. */
export function refuseAddress(execution: Execution, maxBlocks: number): StepEnd | undefined {
  const { lba, blocks } = execution.address;
  const { blockCount } = execution.unit;
  if (lba >= blockCount || lba + blocks > blockCount) return lbaOutOfRange(execution, lba);
  return blocks > maxBlocks ? execution.illegalRequest(AdditionalSense.invalidFieldInCdb) : undefined;
}

/** Ends the command: there is no such block. The sense data says which was asked for, if a number can. */
export function lbaOutOfRange(execution: Execution, lba: number): StepEnd {
  const information = Number.isSafeInteger(lba) ? lba : undefined;
  return execution.checkWith({ ...plainSense(SenseKey.illegalRequest, AdditionalSense.lbaOutOfRange), information });
}

/** Ends the command unless the initiator sends exactly the write data that the CDB asks for. For commands that make no sense with a part of it. */
export function refusePartOfData(execution: Execution): StepEnd | undefined {
  if (execution.task.expectedDataOut === execution.wantedDataOut) return undefined;
  return execution.illegalRequest(AdditionalSense.invalidFieldInCommandInformationUnit);
}

/**
 * Ends the command unless the initiator sends whole blocks. They may be fewer than the CDB says: RFC 7143, 11.4.5.2 lets a target move what it can and
 * report the rest as residual.
 */
export function refusePartOfBlock(execution: Execution): StepEnd | undefined {
  if ((execution.dataOut?.length ?? 0) % execution.unit.blockSize === 0) return undefined;
  return execution.illegalRequest(AdditionalSense.invalidFieldInCommandInformationUnit);
}

/** Where the command's first block is, in bytes. */
export function firstByte(execution: Execution): number {
  return execution.address.lba * execution.unit.blockSize;
}

/** Whether the command's data must be durable when it is done. */
export function mustForce({ unit, address }: Execution): boolean {
  return unit.mustForce((address.flags & TransferFlag.forceUnitAccess) !== 0);
}

/** Bytes of write data when the initiator sends every block. */
export function allBlocks({ address, unit }: Execution): number {
  return address.blocks * unit.blockSize;
}

/** Ends the command that changed the medium well. */
export function done(execution: Execution): StepEnd {
  return execution.good();
}
