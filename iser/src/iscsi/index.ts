export type { ConnectionEnd } from "./connection/connection-end.ts";
export { type ConnectionTimeouts, defaultConnectionTimeouts } from "./connection/connection-timeouts.ts";
export type { ConnectionUser } from "./connection/connection-user.ts";
export { InitiatorConnection } from "./connection/initiator-connection.ts";
export { OutputBacklog } from "./connection/output-backlog.ts";
export type { ConnectionState } from "./connection/state.ts";
export { TimedStream, type Timekeeper } from "./connection/timed-stream.ts";
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
export { type DiscoveryResult, DiscoverySession } from "./discovery/discovery-session.ts";
export { defaultPort, formatPortal, type Portal, PortalSyntaxError, parsePortal } from "./discovery/portal.ts";
export { type DiscoveredTarget, formatSendTargets, parseSendTargets, sendTargetsRequest } from "./discovery/send-targets.ts";
export type { ChapAlgorithm, ChapIdentity, InitiatorCredentials, TargetAuthentication } from "./login/chap-credentials.ts";
export { type LoginKey, loginKey } from "./login/keys.ts";
export { LoginError, type LoginErrorDetails } from "./login/login-error.ts";
export { LoginInitiator, type LoginStep } from "./login/login-initiator.ts";
export type { LoginInitiatorOptions } from "./login/login-initiator-options.ts";
export type {
  LoginIdentity,
  LoginOutcome,
  LoginPdu,
  LoginTargetOutcome,
  NegotiatedParameters,
  SessionType,
} from "./login/login-outcome.ts";
export { type DigestName, defaultLoginPreferences, type LoginPreferences } from "./login/login-preferences.ts";
export { LoginTarget, type LoginTargetInfo, type LoginTargetOptions, type LoginTargetStep } from "./login/login-target.ts";
export {
  type AdditionalHeaders,
  AhsType,
  bidirectionalReadLengthHeader,
  extendedCdbHeader,
  readAdditionalHeaders,
} from "./pdu/additional-header-segment.ts";
export {
  AsyncEvent,
  type AsyncMessagePdu,
  asyncEventName,
  readAsyncMessage,
  writeAsyncMessage,
} from "./pdu/async-message.ts";
export {
  BhsField,
  beginHeader,
  bhsLength,
  continueBit,
  finalBit,
  getAhsLength,
  getDataSegmentLength,
  getInitiatorTaskTag,
  getLun,
  noLun,
  paddedLength,
  putAhsLength,
  putDataSegmentLength,
  putLun,
  putRequestNumbers,
  putResponseNumbers,
  type RequestNumbers,
  type ResponseNumbers,
  readUint32,
  reservedTag,
} from "./pdu/basic-header-segment.ts";
export { checkDataInFlags, DataInField, DataInFlag, type DataInPdu, readDataIn, writeDataIn } from "./pdu/data-in.ts";
export { DataOutField, DataOutFlag, type DataOutPdu, readDataOut, writeDataOut } from "./pdu/data-out.ts";
export { LoginRequestField, type LoginRequestPdu, readLoginRequest, writeLoginRequest } from "./pdu/login-request.ts";
export { type LoginResponsePdu, readLoginResponse, writeLoginResponse } from "./pdu/login-response.ts";
export { type LoginFlags, LoginStage, loginStageName } from "./pdu/login-stage.ts";
export { LoginStatus, loginStatusAdvice, loginStatusCode, loginStatusReason } from "./pdu/login-status.ts";
export { LogoutReason, type LogoutRequestPdu, readLogoutRequest, writeLogoutRequest } from "./pdu/logout-request.ts";
export {
  LogoutResponseCode,
  type LogoutResponsePdu,
  logoutResponseName,
  readLogoutResponse,
  writeLogoutResponse,
} from "./pdu/logout-response.ts";
export { type NopInPdu, readNopIn, writeNopIn } from "./pdu/nop-in.ts";
export { type NopOutPdu, readNopOut, writeNopOut } from "./pdu/nop-out.ts";
export { InitiatorOpcode, immediateBit, isImmediate, opcodeMask, opcodeName, opcodeOf, TargetOpcode } from "./pdu/opcode.ts";
export { checkR2t, R2tField, type R2tPdu, readR2t, writeR2t } from "./pdu/r2t.ts";
export { type RejectPdu, RejectReason, readReject, rejectReasonName, viewRejectedHeader, writeReject } from "./pdu/reject.ts";
export { ResidualFlag, residualFlags, residualOf } from "./pdu/residual.ts";
export {
  readScsiCommand,
  ScsiCommandField,
  ScsiCommandFlag,
  type ScsiCommandPdu,
  writeScsiCommand,
} from "./pdu/scsi-command.ts";
export {
  readScsiResponse,
  ScsiResponseCode,
  ScsiResponseField,
  ScsiResponseFlag,
  type ScsiResponsePdu,
  senseSegment,
  viewSense,
  writeScsiResponse,
} from "./pdu/scsi-response.ts";
export {
  serialAdd,
  serialAfter,
  serialAtMost,
  serialDistance,
  serialIncrement,
  serialLess,
} from "./pdu/serial-number.ts";
export { readSnack, type SnackPdu, SnackType } from "./pdu/snack.ts";
export {
  readTaskManagementRequest,
  TaskManagementFunctionCode,
  type TaskManagementRequestPdu,
  taskManagementFunction,
  taskReassignCode,
  writeTaskManagementRequest,
} from "./pdu/task-management-request.ts";
export {
  readTaskManagementResponse,
  TaskManagementResponseCode,
  type TaskManagementResponsePdu,
  taskManagementOutcome,
  writeTaskManagementResponse,
} from "./pdu/task-management-response.ts";
export { readTextRequest, type TextRequestPdu, writeTextRequest } from "./pdu/text-request.ts";
export { readTextResponse, type TextResponsePdu, writeTextResponse } from "./pdu/text-response.ts";
export { ProtocolError, type ProtocolFault } from "./protocol-error.ts";
export { Session, type SessionListener, type SessionState } from "./session/session.ts";
export type { SessionEvent } from "./session/session-event.ts";
export { defaultSessionLimits, type SessionLimits } from "./session/session-limits.ts";
export { splitText, TextAssembler } from "./text/text-assembler.ts";
export { encodeText, isReservedValue, parseText, ReservedValue, type TextPair } from "./text/text-pair.ts";
