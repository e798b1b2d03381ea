import type { Command } from "./command.ts";
import { compareAndWrite } from "./compare-and-write.ts";
import { extendedCopy } from "./extended-copy.ts";
import { getLbaStatus } from "./get-lba-status.ts";
import { inquiry } from "./inquiry.ts";
import { logSense } from "./log-sense.ts";
import { modeSelect6, modeSelect10 } from "./mode-select.ts";
import { modeSense6, modeSense10 } from "./mode-sense.ts";
import { orWrite16 } from "./or-write.ts";
import * as persistentReserveIn from "./persistent-reserve-in.ts";
import * as persistentReserveOut from "./persistent-reserve-out.ts";
import { preFetch10, preFetch16 } from "./pre-fetch.ts";
import { preventAllowMediumRemoval } from "./prevent-allow-medium-removal.ts";
import { read6, read10, read12, read16 } from "./read.ts";
import { readCapacity10, readCapacity16 } from "./read-capacity.ts";
import { readDefectData10, readDefectData12 } from "./read-defect-data.ts";
import { receiveCopyOperatingParameters, receiveCopyStatus } from "./receive-copy-results.ts";
import { reportLuns } from "./report-luns.ts";
import { reportSupportedOperationCodes } from "./report-supported-operation-codes.ts";
import { reportSupportedTaskManagementFunctions } from "./report-supported-task-management-functions.ts";
import { reportTargetPortGroups } from "./report-target-port-groups.ts";
import { reportTimestamp } from "./report-timestamp.ts";
import { requestSense } from "./request-sense.ts";
import { release6, reserve6 } from "./reserve-6.ts";
import { sanitizeBlockErase, sanitizeExitFailureMode, sanitizeOverwrite } from "./sanitize.ts";
import { sendDiagnostic } from "./send-diagnostic.ts";
import { setTargetPortGroups } from "./set-target-port-groups.ts";
import { startStopUnit } from "./start-stop-unit.ts";
import { synchronizeCache10, synchronizeCache16 } from "./synchronize-cache.ts";
import { testUnitReady } from "./test-unit-ready.ts";
import { unmap } from "./unmap.ts";
import { verify10, verify12, verify16 } from "./verify.ts";
import { write6, write10, write12, write16 } from "./write.ts";
import { writeAndVerify10, writeAndVerify12, writeAndVerify16 } from "./write-and-verify.ts";
import { writeAtomic16 } from "./write-atomic.ts";
import { writeSame10, writeSame16 } from "./write-same.ts";

/** Every command of a direct access block device that this server has. */
export const commands: readonly Command[] = [
  testUnitReady,
  requestSense,
  inquiry,
  reportLuns,
  readCapacity10,
  readCapacity16,
  modeSense6,
  modeSense10,
  modeSelect6,
  modeSelect10,
  logSense,
  sendDiagnostic,
  read6,
  read10,
  read12,
  read16,
  write6,
  write10,
  write12,
  write16,
  writeAtomic16,
  writeAndVerify10,
  writeAndVerify12,
  writeAndVerify16,
  verify10,
  verify12,
  verify16,
  writeSame10,
  writeSame16,
  unmap,
  getLbaStatus,
  compareAndWrite,
  orWrite16,
  preFetch10,
  preFetch16,
  synchronizeCache10,
  synchronizeCache16,
  startStopUnit,
  preventAllowMediumRemoval,
  readDefectData10,
  readDefectData12,
  sanitizeOverwrite,
  sanitizeBlockErase,
  sanitizeExitFailureMode,
  reserve6,
  release6,
  ...Object.values(persistentReserveIn),
  ...Object.values(persistentReserveOut),
  extendedCopy,
  receiveCopyStatus,
  receiveCopyOperatingParameters,
  reportTargetPortGroups,
  setTargetPortGroups,
  reportTimestamp,
  reportSupportedOperationCodes,
  reportSupportedTaskManagementFunctions,
];
