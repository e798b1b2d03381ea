import { InitiatorOpcode, RejectReason, type SessionType } from "#iscsi";
import type { ConnectionState } from "./connection-state.ts";

export type RejectReasonCode = (typeof RejectReason)[keyof typeof RejectReason];

/**
 * What becomes of a PDU:
 *
 * - `login`: the login phase answers it, also by refusing what is no Login Request.
 * - `serve`: it is legal here.
 * - `ignore`: the connection is ending and nobody listens any more.
 * - a reason: it is answered with a Reject, and the connection goes on.
 */
export type Verdict = "login" | "serve" | "ignore" | RejectReasonCode;

/** The one gate: which PDU is legal in which state (RFC 7143, 4.3, 7.2 and 8.1). */
export function judge(state: ConnectionState, sessionType: SessionType, opcode: number): Verdict {
  switch (state) {
    case "S3-xpt-up":
    case "S4-in-login":
      return "login";
    case "S5-logged-in":
    case "S7-logout-requested":
      return judgeInFullFeaturePhase(sessionType, opcode);
    case "S1-free":
    case "S6-in-logout":
    case "S8-cleanup-wait":
      return "ignore";
  }
}

function judgeInFullFeaturePhase(sessionType: SessionType, opcode: number): Verdict {
  switch (opcode) {
    case InitiatorOpcode.nopOut:
    case InitiatorOpcode.textRequest:
    case InitiatorOpcode.logoutRequest:
      return "serve";
    case InitiatorOpcode.scsiCommand:
    case InitiatorOpcode.taskManagementRequest:
      // A discovery session carries text and its logout, no more (RFC 7143, 4.3).
      return sessionType === "normal" ? "serve" : RejectReason.commandNotSupported;
    case InitiatorOpcode.loginRequest:
    case InitiatorOpcode.dataOut:
      return RejectReason.protocolError;
    case InitiatorOpcode.snackRequest:
      // Retransmission needs ErrorRecoveryLevel 1 (RFC 7143, 11.16).
      return RejectReason.snackReject;
    default:
      return RejectReason.commandNotSupported;
  }
}
