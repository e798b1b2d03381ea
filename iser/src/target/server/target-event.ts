import type { ConnectionEnding } from "../connection/connection-host.ts";
import type { TargetSession } from "../session/target-session.ts";

/** A session as others see it. */
export interface SessionDescription {
  readonly tsih: number;
  readonly sessionType: "normal" | "discovery";
  readonly initiatorName: string;
  readonly initiatorAlias: string | undefined;
  /** Undefined in a discovery session. */
  readonly targetName: string | undefined;
  /** 12 hexadecimal digits. */
  readonly isid: string;
  /** The CHAP user who logged in, if any had to. */
  readonly user: string | undefined;
  readonly peer: string;
}

/** What may be told of a session. */
export function describeSession({ tsih, identity, connection }: TargetSession): SessionDescription {
  const { sessionType, initiatorName, initiatorAlias, targetName, isid, user } = identity;
  return {
    tsih,
    sessionType,
    initiatorName,
    initiatorAlias,
    targetName,
    isid: Buffer.from(isid).toString("hex"),
    user,
    peer: connection.peer,
  };
}

/** What happens at a target server; for logs, and for tests that wait for it. */
export type TargetEvent =
  | { readonly event: "connected"; readonly peer: string }
  /** There was no room for the connection, or the server is closing. */
  | { readonly event: "turned-away"; readonly peer: string; readonly why: string }
  | { readonly event: "session-opened"; readonly session: SessionDescription }
  /** A new connection took over a session. */
  | { readonly event: "session-continued"; readonly session: SessionDescription }
  | { readonly event: "session-closed"; readonly session: SessionDescription }
  /** A PDU was answered with a Reject; opcode and reason by name. */
  | { readonly event: "rejected"; readonly peer: string; readonly opcode: string; readonly reason: string }
  | { readonly event: "disconnected"; readonly peer: string; readonly ending: ConnectionEnding };

/** Counts since the server was made, unless said otherwise. */
export interface TargetStatistics {
  /** Now. */
  readonly connections: number;
  /** Now; discovery sessions included. */
  readonly sessions: number;
  /** Commands that initiators wait for, now. */
  readonly outstandingCommands: number;
  readonly connectionsAccepted: number;
  readonly connectionsTurnedAway: number;
  readonly sessionsOpened: number;
  readonly loginsFailed: number;
  readonly protocolErrors: number;
  readonly rejects: number;
  readonly commands: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
}
