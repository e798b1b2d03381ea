import type { TaskManagementFunction } from "#scsi";
import type { InitiatorDatamover } from "../datamover.ts";
import type { ProtocolFault } from "../protocol-error.ts";
import type { TaskSlot } from "../session/task-table.ts";

/** What a session may ask of its connection, from the login until its end. */
export interface LoggedInConnection {
  /** What commands and their data go through. */
  readonly datamover: InitiatorDatamover;
  /** Commands may be sent: full feature phase, and nobody wants out. */
  readonly takesCommands: boolean;
  /** The StatSN that is due next. */
  readonly expStatSn: number;
  /** Logs out; the connection ends when the target agreed or did not answer in time. Before full feature phase it just ends. */
  logout(): void;
  /** The target did something that cannot be lived with. */
  fail(fault: ProtocolFault, message: string): void;
  /** Sends a task management request and returns its tag. `referenced` is the task of an ABORT TASK. */
  requestTaskManagement(taskManagement: TaskManagementFunction, lun: Uint8Array, referenced: TaskSlot | undefined): number;
  /** Sends one Text Request of an exchange and returns the exchange's tag. There is neither `tag` nor `targetTransferTag` in the first. */
  sendText(data: Uint8Array, options: { readonly final: boolean; readonly tag?: number; readonly targetTransferTag?: number }): number;
}
