export {
  type DatamoverCounters,
  type FetchFailure,
  type InitiatorDatamover,
  type InitiatorDatamoverUser,
  type InitiatorTask,
  loginPhaseParameters,
  type TargetDatamover,
  type TargetDatamoverUser,
  type TargetTask,
  type TaskResponse,
  type TransferParameters,
  type TransportKind,
} from "./datamover.ts";
export { ProtocolError, type ProtocolFault } from "./protocol-error.ts";
