import { BlockError, type BlockErrorCode } from "#block";
import { AdditionalSense } from "../additional-sense.ts";
import type { ScsiCommand, ScsiTransportError } from "../initiator-port.ts";
import { operationName } from "../opcode.ts";
import { ScsiStatusError } from "../scsi-status-error.ts";
import { describeSense, type SenseData, SenseKey } from "../sense.ts";
import { ScsiStatus, scsiStatusName } from "../status.ts";

/**
 * A command's end as an error for whoever uses the disk. `what` is the command with its blocks ("READ (10) of 8 blocks at LBA 80"); by default its
 * name alone.
 */
export function commandError(command: ScsiCommand, what: string = operationName(command.cdb)): BlockError {
  const { failure } = command;
  if (failure !== undefined) return transportError(failure, what);
  const cause = new ScsiStatusError(command);
  if (cause.sense !== undefined) return new BlockError(senseErrorCode(cause.sense), `${what} failed: ${words(cause.sense)}`, { cause });
  switch (command.status) {
    case ScsiStatus.reservationConflict:
      return new BlockError("EBUSY", `${what} failed: another initiator has reserved the logical unit`, { cause });
    case ScsiStatus.checkCondition:
      return new BlockError("EIO", `${what} failed: the target reports CHECK CONDITION without sense data`, { cause });
    default:
      return new BlockError("EIO", `${what} failed: the target reports ${scsiStatusName(command.status)}`, { cause });
  }
}

function transportError(failure: ScsiTransportError, what: string): BlockError {
  return new BlockError(failure.reason === "closed" ? "ESHUTDOWN" : "EIO", `${what} did not come back: ${failure.message}`, {
    cause: failure,
  });
}

function words(sense: SenseData): string {
  if (sense.key === SenseKey.mediumError && sense.information !== undefined) {
    return `the medium is bad at LBA ${sense.information}: ${describeSense(sense)}`;
  }
  if (sense.code === AdditionalSense.spaceAllocationFailedWriteProtect)
    return `the thin device has run out of space: ${describeSense(sense)}`;
  if (sense.key === SenseKey.dataProtect) return `the medium is protected: ${describeSense(sense)}`;
  return `the target reports ${describeSense(sense)}`;
}

function senseErrorCode(sense: SenseData): BlockErrorCode {
  switch (sense.key) {
    case SenseKey.dataProtect:
      return sense.code === AdditionalSense.spaceAllocationFailedWriteProtect ? "ENOSPC" : "EPERM";
    case SenseKey.volumeOverflow:
      return "ENOSPC";
    case SenseKey.miscompare:
      return "EILSEQ";
    case SenseKey.illegalRequest:
      return illegalRequestCodes.get(sense.code) ?? "EINVAL";
    default:
      return "EIO";
  }
}

const illegalRequestCodes: ReadonlyMap<number, BlockErrorCode> = new Map([
  [AdditionalSense.invalidCommandOperationCode, "ENOTSUP"],
  [AdditionalSense.lbaOutOfRange, "ENOSPC"],
  [AdditionalSense.logicalUnitNotSupported, "ESHUTDOWN"],
]);
