import type { Instant } from "kit/clock";
import type { TaskManagementOutcome } from "#scsi";
import type { InitiatorTask, TaskResponse } from "../datamover.ts";
import type { LoginOutcome } from "../login/login-outcome.ts";
import type { TextResponsePdu } from "../pdu/text-response.ts";
import type { SessionEvent } from "../session/session-event.ts";
import type { ConnectionEnd } from "./connection-end.ts";
import type { LoggedInConnection } from "./logged-in-connection.ts";

/** What a connection serves: a normal session, or a discovery session. */
export interface ConnectionUser {
  /** Full feature phase begins. */
  onLoggedIn(connection: LoggedInConnection, outcome: LoginOutcome): void;
  /** The CmdSN that an immediate request carries, without using it up. */
  readonly cmdSn: number;
  /** How many answers are worth staying awake for, as in ByteStreamCore. */
  readonly awaited: number;
  /** Whether something still waits for the target, so that a logout it asked for should wait too. */
  readonly hasWork: boolean;
  onCommandWindow(expCmdSn: number, maxCmdSn: number): void;
  onInputDrained(now: Instant): void;
  onResponse(task: InitiatorTask, response: TaskResponse): void;
  onReleased(task: InitiatorTask): void;
  onTaskManagementResponse(tag: number, outcome: TaskManagementOutcome): void;
  /** The target refused a request of this tag to handle (Reject). */
  onRejected(tag: number, reason: string): void;
  onText(pdu: TextResponsePdu, data: Uint8Array): void;
  onEvent(event: SessionEvent): void;
  /** Once a second while logged in. */
  onSweep(): void;
  /** The last call: nothing of the connection is left. */
  onEnded(connection: LoggedInConnection, end: ConnectionEnd): void;
}
