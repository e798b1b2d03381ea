import type { BlockError } from "#block";
import { AdditionalSense, ScsiStatus, SenseKey } from "#scsi";
import type { StepEnd } from "./command.ts";

/** How a command can end badly. */
interface Endings {
  check(key: number, code: number): StepEnd;
  illegalRequest(code: number): StepEnd;
  status(status: number): StepEnd;
}

/** Ends a command with what a block device's failure is called in SCSI. */
export function blockErrorEnding(execution: Endings, error: BlockError, writing: boolean): StepEnd {
  switch (error.code) {
    case "EIO":
      return execution.check(SenseKey.mediumError, writing ? AdditionalSense.writeError : AdditionalSense.unrecoveredReadError);
    case "EINVAL":
    case "ENOTSUP":
      return execution.illegalRequest(AdditionalSense.invalidFieldInCdb);
    case "ENOSPC":
      if (!writing) return execution.illegalRequest(AdditionalSense.lbaOutOfRange);
      return execution.check(SenseKey.dataProtect, AdditionalSense.spaceAllocationFailedWriteProtect);
    case "EPERM":
      return execution.check(SenseKey.dataProtect, AdditionalSense.writeProtected);
    case "EBUSY":
      return execution.status(ScsiStatus.reservationConflict);
    case "ENOMEM":
      return execution.status(ScsiStatus.busy);
    case "EILSEQ":
      return execution.check(SenseKey.miscompare, AdditionalSense.miscompareDuringVerify);
    case "ESHUTDOWN":
      return execution.check(SenseKey.notReady, AdditionalSense.logicalUnitNotReady);
    case "ECANCELED":
      return execution.check(SenseKey.abortedCommand, AdditionalSense.none);
  }
}
