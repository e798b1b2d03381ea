import type { Instant } from "kit/clock";
import {
  decodeLun,
  encodeLun,
  type InitiatorPort,
  isRepeatable,
  type Lun,
  lunLength,
  parseSense,
  type ScsiCommand,
  ScsiStatus,
  type ScsiTransportError,
  type SenseData,
  SenseKey,
  type TaskManagementFunction,
  type TaskManagementOutcome,
} from "#scsi";
import type { ConnectionEnd } from "../connection/connection-end.ts";
import { sweepIntervalMs } from "../connection/connection-timeouts.ts";
import type { ConnectionUser } from "../connection/connection-user.ts";
import type { LoggedInConnection } from "../connection/logged-in-connection.ts";
import type { InitiatorTask, TaskResponse } from "../datamover.ts";
import type { LoginOutcome } from "../login/login-outcome.ts";
import type { TextResponsePdu } from "../pdu/text-response.ts";
import { disconnected, failure, givenUp, unrepeatable } from "./command-failure.ts";
import { prepareCommandPdu } from "./command-pdu.ts";
import { CommandQueue } from "./command-queue.ts";
import { CommandWindow } from "./command-window.ts";
import { FlightLimit } from "./flight-limit.ts";
import type { SessionEvent } from "./session-event.ts";
import { defaultSessionLimits, type SessionLimits } from "./session-limits.ts";
import { type GivingUp, type PendingTaskManagement, type TaskSlot, TaskTable } from "./task-table.ts";

/**
 * Initiator session states (RFC 7143, 8.3).
 *
 * - Q1 free: no connection yet, or none wanted any more.
 * - Q3 logged in: a connection is in full feature phase.
 * - Q4 failed: the connection was lost; commands wait for the next one.
 */
export type SessionState = "Q1-free" | "Q3-logged-in" | "Q4-failed";

/** What the session's owner hears. */
export interface SessionListener {
  onLoggedIn?(outcome: LoginOutcome): void;
  /** The session's connection is gone; commands wait for the next one. */
  onEnded?(end: ConnectionEnd): void;
  onEvent?(event: SessionEvent): void;
  /** The target reported a unit attention, whoever's command met it, or nobody's (Async Message). */
  onUnitAttention?(lun: Lun, sense: SenseData): void;
}

/** More data than this takes longer than falling asleep and being woken does, and comes in many pieces. */
const longestAwaited = 192 * 1024;

/**
 * An iSCSI session with one connection at a time: the initiator port that SCSI sees (RFC 7143, 4.4). It numbers commands, keeps to the target's
 * command window, finds the command a response belongs to, and carries unfinished commands over to the next connection in their order; all but those that would do something else
 * the second time (`isRepeatable`), which fail when the target may have executed them.
 *
 * Commands that wait cost no memory of the session's own: they and their buffers are lent by whoever waits, so that the bound is his.
 */
export class Session implements InitiatorPort, ConnectionUser {
  readonly limits: SessionLimits;
  readonly #listener: SessionListener;
  readonly #window = new CommandWindow();
  readonly #tasks: TaskTable;
  readonly #queue = new CommandQueue();
  readonly #flight: FlightLimit;
  readonly #management = new Map<number, PendingTaskManagement>();
  #state: SessionState = "Q1-free";
  #connection: LoggedInConnection | undefined = undefined;
  #outcome: LoginOutcome | undefined = undefined;
  #bytesInFlight = 0;
  /** Sweeps since which commands wait for a target that has none and takes none. */
  #sweepsShutOut = 0;
  #closed: ScsiTransportError | undefined = undefined;
  readonly #watchers = new Map<Lun, Set<(sense: SenseData) => void>>();
  /** While there is no connection, commands fail at once rather than wait for the next one (kern.iscsi.fail_on_disconnection). May be set at any time, for losses from then on. */
  failOnDisconnection = false;
  /** Commands that finished so far; for statistics. */
  commandsDone = 0;

  constructor(limits: Partial<SessionLimits> = {}, listener: SessionListener = {}) {
    this.limits = { ...defaultSessionLimits, ...limits };
    this.#listener = listener;
    this.#flight = new FlightLimit(this.limits.bytesInFlight, this.limits.maxBytesInFlight);
    this.#tasks = new TaskTable(Math.max(1, Math.min(this.limits.maxTags, 0xfffd)));
  }

  get state(): SessionState {
    return this.#state;
  }

  /** What the current connection agreed on; undefined while there is none. */
  get outcome(): LoginOutcome | undefined {
    return this.#outcome;
  }

  get outstanding(): number {
    return this.#tasks.outstanding;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** No opinion: R2T and Data-In split any transfer. */
  get maxTransferBytes(): number {
    return 0;
  }

  // ---------------------------------------------------------------------------------------------------------------- InitiatorPort

  execute(command: ScsiCommand): void {
    command.failure = undefined;
    command.portState = undefined;
    if (this.#closed !== undefined) this.#failSoon(command, this.#closed);
    else if (this.#queue.isEmpty && this.#maySend(command)) this.#send(command);
    else if (this.#state === "Q4-failed" && this.failOnDisconnection) this.#failSoon(command, disconnected(false));
    else this.#queue.push(command);
  }

  abort(command: ScsiCommand): void {
    const slot = command.portState as TaskSlot | undefined;
    if (slot !== undefined && slot.command === command) this.#abortTask(slot, "aborted");
    else if (this.#queue.remove(command)) this.#failSoon(command, failure("aborted", "the command was aborted before it was sent", false));
  }

  manage(taskManagement: Exclude<TaskManagementFunction, "abort-task">, lun: Lun, done: (outcome: TaskManagementOutcome) => void): void {
    const covered = this.#tasks.inOrder().filter((slot) => isCovered(slot, taskManagement, lun));
    const covers = covered.map((slot) => slot.initiatorTaskTag);
    this.#requestManagement(taskManagement, lun, undefined, covers, done);
  }

  watch(lun: Lun, listener: (sense: SenseData) => void): () => void {
    const watchers = this.#watchers.get(lun) ?? new Set();
    this.#watchers.set(lun, watchers.add(listener));
    return () => {
      watchers.delete(listener);
      if (watchers.size === 0 && this.#watchers.get(lun) === watchers) this.#watchers.delete(lun);
    };
  }

  /** Ends the session's use: waiting and outstanding commands fail with `reason`. The connection is its owner's to close. */
  close(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = failure("closed", reason, true);
    this.#state = "Q1-free";
    for (const command of this.#queue.drain()) this.#failSoon(command, failure("closed", reason, false));
  }

  // ---------------------------------------------------------------------------------------------------------------- ConnectionUser

  onLoggedIn(connection: LoggedInConnection, outcome: LoginOutcome): void {
    this.#connection = connection;
    this.#outcome = outcome;
    this.#window.restart(this.#window.cmdSn, outcome.expCmdSn, outcome.maxCmdSn);
    this.#state = "Q3-logged-in";
    this.#sweepsShutOut = 0;
    this.#listener.onLoggedIn?.(outcome);
    this.#sendQueued();
  }

  onCommandWindow(expCmdSn: number, maxCmdSn: number): void {
    this.#window.update(expCmdSn, maxCmdSn);
  }

  /** The datamover is through with a burst of input: places that opened up in the window are used. */
  onInputDrained(now: Instant): void {
    this.#flight.observe(now);
    if (!this.#queue.isEmpty) this.#sendQueued();
  }

  onResponse(task: InitiatorTask, response: TaskResponse): void {
    const slot = task as TaskSlot;
    const command = slot.command;
    if (command === undefined) return;
    command.status = response.status;
    command.residual = response.residual;
    command.sense = response.sense.length === 0 ? noSense : response.sense.slice();
    if (response.status === ScsiStatus.checkCondition) this.#noteSense(command.lun, command.sense);
    if (response.response !== 0) {
      command.failure = failure(
        "protocol",
        `the target reported a failure of its own (iSCSI response 0x${response.response.toString(16)})`,
        true,
      );
    }
    this.#finish(slot, command);
  }

  onReleased(task: InitiatorTask): void {
    const slot = task as TaskSlot;
    const command = slot.command;
    if (command === undefined) return;
    if (slot.givingUp === undefined) return; // the connection ended: #carryOver takes it along, with its siblings, in order
    command.failure = givenUp(slot.givingUp, slot.rejectedFor);
    this.#finish(slot, command);
  }

  onTaskManagementResponse(tag: number, outcome: TaskManagementOutcome): void {
    const pending = this.#management.get(tag);
    if (pending === undefined) return;
    this.#management.delete(tag);
    if (outcome === "complete") for (const covered of pending.covers) this.#release(this.#tasks.find(covered), "reset");
    pending.done(outcome);
  }

  /** A Reject names a request of ours: a command ends with it, a task management request was refused. */
  onRejected(tag: number, reason: string): void {
    const slot = this.#tasks.find(tag);
    if (slot === undefined) {
      this.onTaskManagementResponse(tag, "rejected");
      return;
    }
    slot.rejectedFor = reason;
    this.#release(slot, "rejected");
  }

  /** A normal session starts no text exchange. */
  onText(_pdu: TextResponsePdu, _data: Uint8Array): void {}

  onEvent(event: SessionEvent): void {
    const lun = event.kind === "scsi" ? decodeLun(event.lun) : undefined;
    if (event.kind === "scsi" && lun !== undefined) this.#noteSense(lun, event.sense);
    this.#listener.onEvent?.(event);
  }

  /** A condition is told to one command, and concerns everybody who uses the unit. */
  #noteSense(lun: Lun, bytes: Uint8Array): void {
    const sense = parseSense(bytes);
    if (sense?.key !== SenseKey.unitAttention || sense.deferred) return;
    for (const tell of [...(this.#watchers.get(lun) ?? [])]) tell(sense);
    this.#listener.onUnitAttention?.(lun, sense);
  }

  onSweep(): void {
    const answerWithin = this.#sweeps(this.limits.taskManagementTimeoutMs);
    for (const slot of this.#tasks.slots) if (slot.state !== "free") this.#grow(slot, answerWithin);
    for (const pending of this.#management.values()) pending.age += 1;
    this.#watchWindow();
  }

  onEnded(connection: LoggedInConnection, end: ConnectionEnd): void {
    if (connection === this.#connection) this.#disconnect();
    this.#listener.onEnded?.(end);
  }

  #disconnect(): void {
    this.#connection = undefined;
    this.#outcome = undefined;
    if (this.#state === "Q3-logged-in") this.#state = "Q4-failed";
    for (const pending of [...this.#management.values()]) {
      this.#management.delete(pending.tag);
      pending.done("transport-failed");
    }
    this.#carryOver();
  }

  get awaited(): number {
    return this.#bytesInFlight > longestAwaited ? 0 : this.#tasks.outstanding;
  }

  get hasWork(): boolean {
    return this.#tasks.outstanding > 0 || this.#management.size > 0;
  }

  // ---------------------------------------------------------------------------------------------------------------- sending

  #maySend(command: ScsiCommand): boolean {
    if (this.#state !== "Q3-logged-in" || !this.#window.isOpen || !this.#tasks.hasFree) return false;
    const connection = this.#connection;
    if (connection === undefined || !connection.takesCommands) return false;
    return this.#flight.allows(this.#bytesInFlight, transferLength(command));
  }

  #send(command: ScsiCommand): void {
    const slot = this.#tasks.take();
    const connection = this.#connection;
    if (slot === undefined || connection === undefined) throw new Error("a command is sent only after #maySend said so");
    slot.state = "sent";
    slot.command = command;
    slot.cmdSn = this.#window.take();
    slot.dataIn = command.dataIn;
    slot.dataOut = command.dataOut;
    slot.bytes = transferLength(command);
    slot.ageLimit = this.#sweeps(command.timeoutMs === 0 ? this.limits.commandTimeoutMs : command.timeoutMs);
    command.portState = slot;
    this.#bytesInFlight += slot.bytes;
    prepareCommandPdu(slot, command, connection.expStatSn);
    connection.datamover.sendCommand(slot);
  }

  #sendQueued(): void {
    for (let next = this.#queue.first; next !== undefined && this.#maySend(next); next = this.#queue.first) {
      this.#queue.shift();
      this.#send(next);
    }
  }

  // ---------------------------------------------------------------------------------------------------------------- ending

  #finish(slot: TaskSlot, command: ScsiCommand): void {
    this.#bytesInFlight -= slot.bytes;
    this.#flight.moved(slot.bytes);
    this.#tasks.give(slot);
    this.commandsDone += 1;
    command.portState = undefined;
    command.done(command);
  }

  /** `why` names the reason unless the task was being given up for another one already. */
  #release(slot: TaskSlot | undefined, why: GivingUp): void {
    if (slot === undefined || slot.state === "releasing") return;
    slot.state = "releasing";
    slot.givingUp ??= why;
    this.#connection?.datamover.release(slot);
  }

  #failSoon(command: ScsiCommand, error: ScsiTransportError): void {
    queueMicrotask(() => {
      command.failure = error;
      command.done(command);
    });
  }

  /**
   * The connection is gone and all memory is back: what was unfinished goes to the head of the queue in its order, or fails when nobody will send it again. A flush that was sent stays
   * before the writes that were sent after it, and covers all that was acknowledged: whether the target still has it, it says by a unit attention (see ScsiDisk).
   */
  #carryOver(): void {
    const unfinished: ScsiCommand[] = [];
    for (const slot of this.#tasks.inOrder()) {
      const command = slot.command;
      const why = slot.givingUp;
      this.#bytesInFlight -= slot.bytes;
      this.#tasks.give(slot);
      if (command === undefined) continue;
      command.portState = undefined;
      if (why !== undefined) this.#failSoon(command, givenUp(why, slot.rejectedFor));
      else if (this.#closed !== undefined) this.#failSoon(command, this.#closed);
      else if (this.failOnDisconnection) this.#failSoon(command, disconnected(true));
      else if (!isRepeatable(command.cdb)) this.#failSoon(command, unrepeatable(command));
      else unfinished.push(command);
    }
    this.#queue.unshift(unfinished);
    if (this.failOnDisconnection) for (const command of this.#queue.drain()) this.#failSoon(command, disconnected(false));
  }

  /** Fails everything that waits for a connection. For an owner who gives up reconnecting, or who wants errors rather than waiting. */
  failQueued(message: string): void {
    for (const command of this.#queue.drain()) this.#failSoon(command, failure("disconnected", message, true));
  }

  // ---------------------------------------------------------------------------------------------------------------- giving up

  #abortTask(slot: TaskSlot, why: GivingUp): void {
    if (slot.state !== "sent") return;
    slot.state = "aborting";
    slot.givingUp = why;
    slot.age = 0;
    const tag = slot.initiatorTaskTag;
    this.#requestManagement("abort-task", slot.command?.lun ?? 0, slot, [tag], (outcome) => {
      // "no such task" says that its response cannot come any more: on one connection it would have come first.
      if (outcome === "no-such-task") this.#release(this.#tasks.find(tag), why);
    });
  }

  #requestManagement(
    taskManagement: TaskManagementFunction,
    lun: Lun,
    referenced: TaskSlot | undefined,
    covers: readonly number[],
    done: (outcome: TaskManagementOutcome) => void,
  ): void {
    const connection = this.#connection;
    if (connection === undefined || this.#state !== "Q3-logged-in") {
      queueMicrotask(() => done("transport-failed"));
      return;
    }
    const wireLun = new Uint8Array(lunLength);
    encodeLun(wireLun, 0, lun);
    const tag = connection.requestTaskManagement(taskManagement, wireLun, referenced);
    this.#management.set(tag, { tag, covers, age: 0, done });
  }

  /** One sweep older. A command past its limit is aborted, then its logical unit is reset, then the connection is dropped. */
  #grow(slot: TaskSlot, answerWithin: number): void {
    slot.age += 1;
    switch (slot.state) {
      case "sent":
        if (slot.age > slot.ageLimit) this.#abortTask(slot, "timed-out");
        return;
      case "aborting":
        if (slot.age > answerWithin) this.#resetLogicalUnit(slot);
        return;
      case "resetting":
        if (slot.age > answerWithin)
          this.#connection?.fail("timeout", "the target answers neither a command, nor its abort, nor a logical unit reset");
        return;
      case "releasing":
      case "free":
        return;
    }
  }

  /** A target may close its window while it is busy. One that has nothing to do and keeps it closed would be waited for without end. */
  #watchWindow(): void {
    const isShutOut = this.#state === "Q3-logged-in" && this.#tasks.outstanding === 0 && !this.#queue.isEmpty && !this.#window.isOpen;
    this.#sweepsShutOut = isShutOut ? this.#sweepsShutOut + 1 : 0;
    if (this.#sweepsShutOut <= this.#sweeps(this.limits.commandTimeoutMs)) return;
    const message = `the target has no command and took none for ${this.limits.commandTimeoutMs / 1000} s: its command window stays closed (RFC 7143, 4.2.2.1)`;
    this.failQueued(message);
    this.#connection?.fail("timeout", message);
  }

  #resetLogicalUnit(slot: TaskSlot): void {
    slot.state = "resetting";
    slot.age = 0;
    this.manage("lun-reset", slot.command?.lun ?? 0, () => undefined);
  }

  /** Ages are counted in sweeps, so that no clock is read when a command is sent. */
  #sweeps(durationMs: number): number {
    return Math.max(1, Math.ceil(durationMs / sweepIntervalMs));
  }

  /** The CmdSN that an immediate PDU carries without using it up. */
  get cmdSn(): number {
    return this.#window.cmdSn;
  }
}

const noSense = new Uint8Array(0);

function transferLength(command: ScsiCommand): number {
  return (command.dataIn?.length ?? 0) + (command.dataOut?.length ?? 0);
}

function isCovered(slot: TaskSlot, taskManagement: TaskManagementFunction, lun: Lun): boolean {
  const everyLun = taskManagement === "target-warm-reset" || taskManagement === "target-cold-reset";
  return taskManagement !== "clear-aca" && (everyLun || slot.command?.lun === lun);
}
