import type { FetchFailure, TaskResponse } from "#iscsi";
import type { TaskAttribute, TaskManagementFunction, TaskManagementOutcome } from "#scsi";
import type { Nexus, NexusIdentity } from "./nexus.ts";

/**
 * One SCSI command at the target, as its transport made it (SAM-5, 4.7.2 and the transport protocol services of 5.4): a slot that the transport owns and reuses.
 *
 * Life: the transport fills the fields and calls {@link TaskRouter.prepare} when the command has arrived, then {@link TaskRouter.execute} when its turn in CmdSN order has
 * come and all its unsolicited data is in the buffer. The device server calls `fetch` as often as it needs data that has not come (each time for a longer prefix), and ends with
 * exactly one of `respond` and `release`. When the `done` of that one has been called, the server has forgotten the task and the slot may be used again.
 *
 * The names are those of {@link TargetTask}, so that one slot can be both.
 */
export interface Task {
  /** Who asks. */
  readonly nexus: Nexus;
  /** LUN field as it was on the wire, 8 bytes. */
  readonly lun: Uint8Array;
  /** The command descriptor block, 16 bytes, zero behind a shorter one. Stays as it is until the task is over; longer CDBs (an AHS) exist only for opcode 7Fh, which is refused. */
  readonly cdb: Uint8Array;
  readonly attribute: TaskAttribute;
  /** Bytes the initiator is prepared to receive; 0 when the command has no R bit. */
  readonly expectedDataIn: number;
  /** Bytes the initiator is prepared to send; 0 when the command has no W bit. */
  readonly expectedDataOut: number;
  /** The device server's own. The transport leaves it alone and starts with undefined. */
  serverState: unknown;

  /** Brings the first `length` bytes of write data into the buffer that `prepare` returned (TargetDatamover.fetch). */
  fetch(length: number, done: (failure: FetchFailure | undefined) => void): void;

  /**
   * Sends `data` (never more than `expectedDataIn`), then the status. `response` is a slot, valid until return; `data` is lent until `done`.
   */
  respond(response: TaskResponse, data: Uint8Array | undefined, done: () => void): void;

  /**
   * The task was aborted, by whatever road: it gets no status, its pending `fetch` ends (reason "released") before `done`, the `done` of a `respond` is not called any more.
   * `done` when the transport no longer touches memory of the task (TargetDatamover.release). Called by the device server only, never by the session on its own account.
   */
  release(done: () => void): void;
}

/**
 * What a transport sees of the device server: the task router and task managers of a SCSI target device (SAM-5, 4.6.21 and 4.6.22). All calls are synchronous, may call back
 * before they return, and never throw whatever the initiator sent.
 */
export interface TaskRouter {
  /**
   * A new I_T nexus: an iSCSI session entered full feature phase. Its commands meet a unit attention first when the target is so configured. Reinstating a session is
   * `closeNexus` of the old, then `openNexus` with the same identity: persistent reservations belong to the identity and survive.
   */
  openNexus(identity: NexusIdentity): Nexus;

  /**
   * I_T nexus loss (SAM-5, 6.3.4): the session is gone. Aborts what is left of its tasks, releases its RESERVE(6) reservations and PREVENT ALLOW state. `quiet` is called when nothing of
   * them can reach a medium any more, also of those that had been aborted before. Harmless a second time.
   */
  closeNexus(nexus: Nexus, quiet?: () => void): void;

  /**
   * A command arrived. Returns the buffer for its write data: as long as what the CDB asks for, or shorter when the initiator announced less (`expectedDataOut`);
   * undefined when the command wants none, also when it is going to fail. The buffer stays lent until the task is over.
   */
  prepare(task: Task): Uint8Array | undefined;

  /** The command's turn has come: executes it, sooner or later, in the order its task attribute and the logical unit's task set demand. */
  execute(task: Task): void;

  /**
   * ABORT TASK, or the task's connection is gone: `task` will be released (it may have been prepared only). `done` when its memory is back and nothing of it can reach the
   * medium any more: block I/O under way is waited for. Harmless for a task that is over: `done` at once.
   */
  abort(task: Task, done: () => void): void;

  /**
   * Every other task management function. Tasks that it aborts are released, those of other nexuses included (no TASK ABORTED status: TAS is 0). `done` with the outcome when all of them are over.
   * The task management request must be ordered by the transport behind the commands it covers (RFC 7143, 4.2.2.3.2).
   */
  manage(
    nexus: Nexus,
    taskManagement: Exclude<TaskManagementFunction, "abort-task">,
    lun: Uint8Array,
    done: (outcome: TaskManagementOutcome) => void,
  ): void;
}
