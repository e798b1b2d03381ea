export { ControlClientConnection } from "./client-connection.ts";
export { ControlError, type ControlErrorCode } from "./control-error.ts";
export { ControlProtocolError } from "./control-protocol-error.ts";
export { type ControlLocations, controlLocations } from "./locations.ts";
export type { ControlCall, PendingSession, RequestOf, ResultOf, SessionFilter } from "./messages.ts";
export { type Answer, ControlServerConnection, type ControlService } from "./server-connection.ts";
export type { Digest, Protocol, SessionConfig } from "./session-config.ts";
export type { DeviceStatus, NegotiatedStatus, SessionStatus } from "./session-status.ts";
