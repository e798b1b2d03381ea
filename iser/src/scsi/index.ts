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
