import type { LoginError, LoginTarget, LoginTargetOutcome, ProtocolError, TargetDatamover, TextPair, TransportKind } from "#iscsi";
import type { SessionConnection, TargetSession } from "../session/target-session.ts";
import type { ConnectionTimeouts } from "./connection-clock.ts";
import type { RejectReasonCode } from "./gate.ts";

export interface ConnectionLimits extends ConnectionTimeouts {
  /** Immediate SCSI commands, and likewise task management requests, under way at once; more are rejected. */
  readonly maxImmediate: number;
  /** The longest text of one request, in bytes, however many PDUs it is spread over. */
  readonly maxTextBytes: number;
  /** Data of pings and text that came before their turn, in bytes; more is rejected. Write data has memory of its own. */
  readonly maxWaitingBytes: number;
  /** Answers other than SCSI Responses that may wait to be sent, in bytes; then nothing more is read until the initiator has taken some. */
  readonly maxBacklogBytes: number;
  /** The same for SCSI Responses, in number. */
  readonly maxUnsentResponses: number;
}

/** Why a connection came to its end. */
export type ConnectionEnding =
  | { readonly kind: "logged-out" }
  | { readonly kind: "login-failed"; readonly error: LoginError }
  | { readonly kind: "redirected"; readonly address: string }
  /** The initiator broke the protocol, or stopped answering. */
  | { readonly kind: "failed"; readonly error: ProtocolError }
  /** We ended it: a newer session took its place, the target closes, somebody asked for it. */
  | { readonly kind: "dropped"; readonly why: string }
  /** The stream went away; `cause` says how, when that is known. */
  | { readonly kind: "lost"; readonly cause: Error | undefined };

/** What a connection needs of the target it belongs to. */
export interface ConnectionHost {
  readonly limits: ConnectionLimits;
  /** For a connection that came by a portal of this group. */
  makeLogin(transport: TransportKind, portalGroupTag: number): LoginTarget;
  /** A login succeeded: the session, new or (for a TSIH other than 0) carried on. `cmdSn` is the number of its first command. */
  openSession(outcome: LoginTargetOutcome, cmdSn: number, connection: SessionConnection, mover: TargetDatamover): TargetSession;
  /** The answer to the pairs of one Text Request; `declare` takes a new MaxRecvDataSegmentLength of the initiator. */
  answerText(pairs: readonly TextPair[], session: TargetSession, declare: (maxRecvDataSegmentLength: number) => void): Uint8Array;
  /** TARGET COLD RESET was answered: every session with the target ends (RFC 7143, 11.5.1). */
  afterColdReset(session: TargetSession): void;
  /** A PDU was answered with a Reject. */
  onReject(connection: SessionConnection, reason: RejectReasonCode, opcode: number): void;
  /** The last call: nothing of the connection is left. */
  onConnectionEnded(connection: SessionConnection, session: TargetSession | undefined, ending: ConnectionEnding): void;
}
