import type { Instant } from "kit/clock";
import type { Lun } from "./lun.ts";
import type { SenseData } from "./sense.ts";

/** SAM-5 task attributes in the order of their iSCSI encoding (RFC 7143, 11.3.1). */
export const TaskAttribute = { untagged: 0, simple: 1, ordered: 2, headOfQueue: 3, aca: 4 } as const;
export type TaskAttribute = (typeof TaskAttribute)[keyof typeof TaskAttribute];

/** Task management functions that a port can carry (RFC 7143, 11.5.1; SAM-5, 7). */
export type TaskManagementFunction =
  | "abort-task"
  | "abort-task-set"
  | "clear-aca"
  | "clear-task-set"
  | "lun-reset"
  | "target-warm-reset"
  | "target-cold-reset";

/** How a task management function ended (RFC 7143, 11.6.1), or that the road to the target failed first. */
export type TaskManagementOutcome =
  | "complete"
  | "no-such-task"
  | "no-such-lun"
  | "task-still-allegiant"
  | "no-reassignment"
  | "not-supported"
  | "not-authorized"
  | "rejected"
  | "transport-failed";

/** Called exactly once for each `execute`. The command, its sense and residual are valid until it is executed again. */
export type ScsiDone = (command: ScsiCommand) => void;

/**
 * One SCSI command and its outcome: a slot that its owner may execute again after `done` (SAM-5 "Execute Command" procedure call).
 * The port writes only the outcome fields.
 */
export class ScsiCommand {
  // ---- asked ----
  lun: Lun = 0;
  /** The command descriptor block, in the first `cdbLength` bytes; the rest is zero. 6, 10, 12 or 16 bytes; up to 260 with an AHS. */
  cdb: Uint8Array = new Uint8Array(16);
  cdbLength = 16;
  attribute: TaskAttribute = TaskAttribute.simple;
  /** Lent from `execute` until `done`: read data lands here. Its length is the transfer that is asked for. */
  dataIn: Uint8Array | undefined = undefined;
  /** Lent from `execute` until `done`: all of it is the write data. */
  dataOut: Uint8Array | undefined = undefined;
  /** Milliseconds after which the port gives the command up (abort task, then harder means); 0 means the port's default. */
  timeoutMs = 0;
  done: ScsiDone;

  // ---- outcome ----
  /** SCSI status byte (SAM-5, 5.3.1). Meaningful when `failure` is undefined. */
  status = 0;
  /** Sense data, empty when there is none; SPC-4 fixed or descriptor format. */
  sense: Uint8Array = noSense;
  /** Bytes the target did not transfer of what was asked (underflow; > 0), or would have transferred beyond it (overflow; < 0). */
  residual = 0;
  /** Set when the command did not reach an end at the target: the road failed, the command timed out or was aborted. */
  failure: ScsiTransportError | undefined = undefined;
  /** For the port's own use while the command is outstanding. */
  portState: unknown = undefined;

  constructor(done: ScsiDone) {
    this.done = done;
  }
}

const noSense = new Uint8Array(0);

/** Why a command has no status. `mayHaveExecuted` is false only when the target certainly never saw it. */
export class ScsiTransportError extends Error {
  override readonly name = "ScsiTransportError";
  readonly reason: "disconnected" | "timed-out" | "aborted" | "protocol" | "closed" | "reset";
  readonly mayHaveExecuted: boolean;

  constructor(
    reason: ScsiTransportError["reason"],
    message: string,
    options: { readonly mayHaveExecuted: boolean; readonly cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.mayHaveExecuted = options.mayHaveExecuted;
  }
}

/**
 * A SCSI initiator port with one target behind it (SAM-5, 4.6): the seam between SCSI and what carries it. Nobody above can tell whether
 * a session over TCP, one over RDMA, several paths or a test double is below.
 */
export interface InitiatorPort {
  /** Starts `command`; its buffers are lent until `command.done`. Order of execution is order of calls. Never throws: failures arrive through `done`, never before `execute` returned. */
  execute(command: ScsiCommand): void;

  /** Asks for `command` to be aborted (ABORT TASK). It still ends exactly once through its `done`, with whichever comes first: its status or failure "aborted". */
  abort(command: ScsiCommand): void;

  /** Task management other than ABORT TASK. `lun` is ignored by target resets. */
  manage(taskManagement: Exclude<TaskManagementFunction, "abort-task">, lun: Lun, done: (outcome: TaskManagementOutcome) => void): void;

  /** The most data bytes worth putting into one command, or 0 for no opinion. */
  readonly maxTransferBytes: number;

  /**
   * Calls `listener` with every unit attention that the target reports for a logical unit, whoever's command met it, before that command is done; until the returned function
   * is called. A condition is told to an initiator once, and it concerns everybody there who uses the unit. A port without this tells only him whose command it was.
   */
  watch?(lun: Lun, listener: (sense: SenseData) => void): () => void;

  /**
   * After a unit attention that may mean the loss of a cache: true when another road to the unit knows that nothing happened to it since `since`. A port with one road has nobody to
   * ask, and no such method.
   */
  wasUnharmedSince?(since: Instant, sense: SenseData): Promise<boolean>;
}
