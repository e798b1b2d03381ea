export { AdditionalSense, additionalSenseName } from "./additional-sense.ts";
export {
  type InitiatorPort,
  ScsiCommand,
  type ScsiDone,
  ScsiTransportError,
  TaskAttribute,
  type TaskManagementFunction,
  type TaskManagementOutcome,
} from "./initiator-port.ts";
export type { Lun } from "./lun.ts";
export {
  describeSense,
  encodeSense,
  maxEncodedSenseLength,
  parseSense,
  plainSense,
  type SenseData,
  type SenseFormat,
  SenseKey,
  type SenseKeySpecific,
  senseKeyName,
} from "./sense.ts";
export { ScsiStatus, scsiStatusName } from "./status.ts";
