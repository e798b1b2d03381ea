import type { Instant } from "kit/clock";
import type { TaskManagementFunction } from "#scsi";
import type { InitiatorDatamover, InitiatorDatamoverUser, InitiatorTask, TaskResponse } from "../datamover.ts";
import type { LoginInitiator, LoginStep } from "../login/login-initiator.ts";
import type { LoginPdu } from "../login/login-outcome.ts";
import { AsyncEvent, readAsyncMessage } from "../pdu/async-message.ts";
import { BhsField, bhsLength, noLun, readUint32, reservedTag, writeUint32 } from "../pdu/basic-header-segment.ts";
import { LogoutReason, writeLogoutRequest } from "../pdu/logout-request.ts";
import { logoutResponseName, readLogoutResponse } from "../pdu/logout-response.ts";
import { readNopIn } from "../pdu/nop-in.ts";
import { writeNopOut } from "../pdu/nop-out.ts";
import { opcodeName, opcodeOf, TargetOpcode } from "../pdu/opcode.ts";
import { readReject, rejectReasonName, viewRejectedHeader } from "../pdu/reject.ts";
import { serialDistance } from "../pdu/serial-number.ts";
import { TaskManagementFunctionCode, writeTaskManagementRequest } from "../pdu/task-management-request.ts";
import { readTaskManagementResponse, taskManagementOutcome } from "../pdu/task-management-response.ts";
import { writeTextRequest } from "../pdu/text-request.ts";
import { readTextResponse } from "../pdu/text-response.ts";
import { ProtocolError, type ProtocolFault } from "../protocol-error.ts";
import type { TaskSlot } from "../session/task-table.ts";
import { type ConnectionEnd, dropped, endOf } from "./connection-end.ts";
import { type ConnectionTimeouts, defaultConnectionTimeouts, isComplete, sweepIntervalMs } from "./connection-timeouts.ts";
import type { ConnectionUser } from "./connection-user.ts";
import { ControlTags } from "./control-tags.ts";
import { passGate } from "./gate.ts";
import type { LoggedInConnection } from "./logged-in-connection.ts";
import { OutputBacklog } from "./output-backlog.ts";
import type { ConnectionState } from "./state.ts";
import { StatusSequence } from "./status-sequence.ts";
import type { Timekeeper } from "./timed-stream.ts";

/** Answers to pings that the target has not taken; one that takes none is not listened to any more. */
const maxBacklogBytes = 64 * 1024;

/**
 * One connection of an initiator: logs in, keeps StatSN in order, pings, answers pings, logs out, and ends exactly once. It speaks PDUs
 * with its datamover and never sees what carries them.
 */
export class InitiatorConnection implements LoggedInConnection, InitiatorDatamoverUser, Timekeeper {
  readonly datamover: InitiatorDatamover;
  readonly #login: LoginInitiator;
  readonly #user: ConnectionUser;
  readonly #timeouts: ConnectionTimeouts;
  readonly #tags = new ControlTags();
  readonly #bhs = new Uint8Array(bhsLength);
  readonly #backlog = new OutputBacklog(maxBacklogBytes);
  #state: ConnectionState = "S2-xpt-wait";
  #end: ConnectionEnd | undefined = undefined;
  #now: Instant = 0;
  #stateSince: Instant = 0;
  #lastHeard: Instant = 0;
  #nextSweep: Instant = 0;
  #pingTag: number | undefined = undefined;
  #pingSentAt: Instant = 0;
  readonly #statuses: StatusSequence;
  #logoutBy: Instant | undefined = undefined;
  /** Round trip of the last ping, in milliseconds. */
  lastPingMs: number | undefined = undefined;

  constructor(datamover: InitiatorDatamover, login: LoginInitiator, user: ConnectionUser, timeouts: Partial<ConnectionTimeouts> = {}) {
    this.datamover = datamover;
    this.#statuses = new StatusSequence(datamover.statusReach);
    this.#login = login;
    this.#user = user;
    this.#timeouts = isComplete(timeouts) ? timeouts : { ...defaultConnectionTimeouts, ...timeouts };
    datamover.attach(this);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Commands may be sent: full feature phase, and nobody wants out. */
  get takesCommands(): boolean {
    return this.#state === "S5-logged-in";
  }

  get expStatSn(): number {
    return this.#statuses.due;
  }

  // ---------------------------------------------------------------------------------------------------------------- asked by the owner

  /** Logs out; the connection ends when the target agreed or did not answer in time. Before full feature phase it just ends. */
  logout(): void {
    if (this.#end !== undefined) return;
    if (this.#state === "S5-logged-in" || this.#state === "S7-logout-requested") this.#requestLogout();
    else if (this.#state !== "S6-in-logout") this.#finish({ kind: "logged-out" }, "reset"); // a peer that is silent would linger
  }

  /** The target did something that cannot be lived with. */
  fail(fault: ProtocolFault, message: string): void {
    this.#fault(new ProtocolError(fault, message));
  }

  /** Sends a task management request and returns its tag. `referenced` is the task of an ABORT TASK. */
  requestTaskManagement(taskManagement: TaskManagementFunction, lun: Uint8Array, referenced: TaskSlot | undefined): number {
    const tag = this.#tags.next();
    writeTaskManagementRequest(
      {
        immediate: true,
        functionCode: TaskManagementFunctionCode[taskManagement],
        lun,
        initiatorTaskTag: tag,
        referencedTaskTag: referenced?.initiatorTaskTag ?? reservedTag,
        refCmdSn: referenced?.cmdSn ?? 0,
        expDataSn: 0,
        ...this.#numbers(),
      },
      this.#bhs,
    );
    this.datamover.sendControl(this.#bhs);
    return tag;
  }

  /** Sends one Text Request of an exchange. `targetTransferTag` is `reservedTag` in the first. Returns the exchange's tag. */
  sendText(data: Uint8Array, options: { readonly final: boolean; readonly tag?: number; readonly targetTransferTag?: number }): number {
    const tag = options.tag ?? this.#tags.next();
    writeTextRequest(
      {
        immediate: true,
        final: options.final,
        continues: false,
        lun: noLun,
        initiatorTaskTag: tag,
        targetTransferTag: options.targetTransferTag ?? reservedTag,
        ...this.#numbers(),
      },
      this.#bhs,
    );
    this.datamover.sendControl(this.#bhs, data);
    return tag;
  }

  // ---------------------------------------------------------------------------------------------------------------- Timekeeper

  onActivity(now: Instant): void {
    this.#now = now;
    this.#lastHeard = now;
  }

  onInputDrained(): void {
    if (this.#state === "S7-logout-requested" && !this.#user.hasWork) this.#requestLogout();
    if (this.#state === "S5-logged-in") this.#user.onInputDrained(this.#now);
  }

  onOutputTaken(): void {
    this.#backlog.taken();
  }

  onOutputSent(): void {
    this.#backlog.sent();
  }

  get awaited(): number {
    return this.#user.awaited;
  }

  get inputPaused(): boolean {
    return this.#backlog.isFull;
  }

  deadline(): Instant | undefined {
    switch (this.#state) {
      case "S4-in-login":
        return this.#timeouts.loginMs === 0 ? undefined : this.#stateSince + this.#timeouts.loginMs;
      case "S5-logged-in":
      case "S7-logout-requested":
        return this.#timeouts.pingMs === 0 && !this.#user.hasWork && this.#logoutBy === undefined ? undefined : this.#nextSweep;
      case "S6-in-logout":
        return this.#stateSince + this.#timeouts.logoutMs;
      case "S1-free":
      case "S2-xpt-wait":
      case "S8-cleanup-wait":
        return undefined;
    }
  }

  timeout(now: Instant): void {
    this.#now = now;
    const due = this.deadline();
    if (due === undefined || now < due) return;
    switch (this.#state) {
      case "S4-in-login":
        this.fail("timeout", `the target did not finish the login within ${this.#timeouts.loginMs / 1000} s`);
        return;
      case "S6-in-logout":
        this.#finish({ kind: "logged-out" }, "reset");
        return;
      default:
        this.#sweep(now);
    }
  }

  #sweep(now: Instant): void {
    this.#nextSweep = now + sweepIntervalMs;
    this.#user.onSweep();
    if (this.#end !== undefined) return;
    if (this.#logoutBy !== undefined && now >= this.#logoutBy && this.#state === "S7-logout-requested") this.#requestLogout();
    else if (this.#timeouts.pingMs > 0) this.#watchPing(now);
  }

  #watchPing(now: Instant): void {
    if (this.#pingTag === undefined) {
      if (now - this.#lastHeard >= this.#timeouts.pingAfterMs) this.#ping(now);
    } else if (now - Math.max(this.#pingSentAt, this.#lastHeard) > this.#timeouts.pingMs) {
      this.fail("timeout", `no ping reply (NOP-In) after ${this.#timeouts.pingMs / 1000} seconds`);
    }
  }

  #ping(now: Instant): void {
    this.#pingTag = this.#tags.next();
    this.#pingSentAt = now;
    this.#sendNopOut(noLun, this.#pingTag, reservedTag);
  }

  // ---------------------------------------------------------------------------------------------------------------- InitiatorDatamoverUser

  onOpen(): void {
    this.#enter("S4-in-login");
    this.#takeLoginStep(this.#login.start());
  }

  onCommandWindow(expCmdSn: number, maxCmdSn: number): void {
    this.#user.onCommandWindow(expCmdSn, maxCmdSn);
  }

  onStatSn(statSn: number, consumed: boolean): void {
    if (!consumed) return;
    if (this.#statuses.take(statSn)) return;
    const { due } = this.#statuses;
    this.fail("sequence", `StatSN ${statSn} where ${due} is due, ${serialDistance(due, statSn)} away (RFC 7143, 4.2.2.2)`);
  }

  onResponse(task: InitiatorTask, response: TaskResponse): void {
    this.#user.onResponse(task, response);
  }

  onReleased(task: InitiatorTask): void {
    this.#user.onReleased(task);
  }

  onControl(bhs: Uint8Array, data: Uint8Array): void {
    if (this.#end !== undefined) return;
    try {
      passGate(bhs, this.#state);
      this.#dispatch(opcodeOf(bhs), bhs, data);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#fault(error);
    }
  }

  onFault(error: ProtocolError): void {
    this.#fault(error);
  }

  onClosed(cause: Error | undefined): void {
    const end = this.#end ?? this.#lost(cause);
    this.#enter("S8-cleanup-wait");
    this.#user.onEnded(this, end);
    this.#enter("S1-free");
  }

  #lost(cause: Error | undefined): ConnectionEnd {
    if (this.#state === "S4-in-login") {
      const step = this.#login.closed(cause);
      if (step.kind === "retry" || step.kind === "failed") return endOf(step);
    }
    return { kind: "lost", error: cause ?? new Error("the target closed the connection") };
  }

  // ---------------------------------------------------------------------------------------------------------------- PDUs

  #dispatch(opcode: number, bhs: Uint8Array, data: Uint8Array): void {
    if (opcode === TargetOpcode.loginResponse) {
      this.#onLoginResponse(bhs, data);
      return;
    }
    this.#user.onCommandWindow(readUint32(bhs, BhsField.expCmdSn), readUint32(bhs, BhsField.maxCmdSn));
    const unasked = opcode === TargetOpcode.nopIn && readUint32(bhs, BhsField.initiatorTaskTag) === reservedTag;
    this.onStatSn(readUint32(bhs, BhsField.statSn), !unasked);
    if (this.#end !== undefined) return;
    switch (opcode) {
      case TargetOpcode.nopIn:
        this.#onNopIn(bhs);
        return;
      case TargetOpcode.taskManagementResponse: {
        const pdu = readTaskManagementResponse(bhs);
        this.#user.onTaskManagementResponse(pdu.initiatorTaskTag, taskManagementOutcome(pdu.response));
        return;
      }
      case TargetOpcode.textResponse:
        this.#user.onText(readTextResponse(bhs), data);
        return;
      case TargetOpcode.asyncMessage:
        this.#onAsyncMessage(bhs, data);
        return;
      case TargetOpcode.reject:
        this.#onReject(bhs, data);
        return;
      case TargetOpcode.logoutResponse:
        this.#onLogoutResponse(bhs);
        return;
    }
  }

  #onLoginResponse(bhs: Uint8Array, data: Uint8Array): void {
    this.#statuses.start(readUint32(bhs, BhsField.statSn));
    this.#takeLoginStep(this.#login.handle(bhs, data));
  }

  #takeLoginStep(step: LoginStep): void {
    switch (step.kind) {
      case "send":
        this.#sendLoginRequest(step.pdu);
        return;
      case "done":
        this.datamover.enable(step.outcome.parameters);
        this.#nextSweep = this.#now + sweepIntervalMs;
        this.#enter("S5-logged-in");
        this.#user.onLoggedIn(this, step.outcome);
        return;
      case "failed": {
        const { farewell } = this.#login;
        if (farewell !== undefined) this.#sendLoginRequest(farewell);
        this.#finish(endOf(step), farewell === undefined ? "reset" : "end");
        return;
      }
      case "redirect":
      case "retry":
        this.#finish(endOf(step), "reset");
        return;
    }
  }

  #sendLoginRequest({ bhs, data }: LoginPdu): void {
    writeUint32(bhs, BhsField.cmdSn, this.#user.cmdSn);
    writeUint32(bhs, BhsField.expStatSn, this.expStatSn);
    this.datamover.sendControl(bhs, data);
  }

  #onNopIn(bhs: Uint8Array): void {
    const pdu = readNopIn(bhs);
    if (pdu.initiatorTaskTag !== reservedTag && pdu.initiatorTaskTag === this.#pingTag) {
      this.#pingTag = undefined;
      this.lastPingMs = this.#now - this.#pingSentAt;
    }
    if (pdu.targetTransferTag === reservedTag) return;
    this.#sendNopOut(pdu.lun, reservedTag, pdu.targetTransferTag);
    this.#backlog.queued(bhsLength);
  }

  #sendNopOut(lun: Uint8Array, initiatorTaskTag: number, targetTransferTag: number): void {
    writeNopOut({ immediate: true, lun, initiatorTaskTag, targetTransferTag, ...this.#numbers() }, this.#bhs);
    this.datamover.sendControl(this.#bhs);
  }

  #onAsyncMessage(bhs: Uint8Array, data: Uint8Array): void {
    const pdu = readAsyncMessage(bhs);
    switch (pdu.event) {
      case AsyncEvent.scsi:
        this.#user.onEvent({ kind: "scsi", lun: pdu.lun, sense: data.slice(2) });
        return;
      case AsyncEvent.logoutRequested:
        this.#user.onEvent({ kind: "logout-requested", withinS: pdu.parameter3 });
        this.#drainThenLogout(pdu.parameter3);
        return;
      case AsyncEvent.connectionDropped:
      case AsyncEvent.sessionDropped:
        this.#user.onEvent({ kind: "dropped", time2Wait: pdu.parameter2, time2Retain: pdu.parameter3 });
        this.#finish(dropped(pdu.parameter2), "reset");
        return;
      case AsyncEvent.negotiationRequested:
        // Parameters are negotiated at login only; a fresh login answers the wish (RFC 7143, 11.9.1 allows the target to insist on neither).
        this.#user.onEvent({ kind: "negotiation-requested", withinS: pdu.parameter3 });
        this.#drainThenLogout(pdu.parameter3);
        return;
      case AsyncEvent.tasksTerminated:
        this.#user.onEvent({ kind: "tasks-terminated", lun: pdu.lun });
        return;
      default:
        this.#user.onEvent({ kind: "vendor", code: pdu.vendorCode });
    }
  }

  /** The target wants us gone within so many seconds: no new commands, and a logout as soon as the outstanding ones are done. */
  #drainThenLogout(withinS: number): void {
    if (this.#state !== "S5-logged-in") return;
    this.#logoutBy = this.#now + (withinS * 1000) / 2;
    this.#enter("S7-logout-requested");
  }

  #requestLogout(): void {
    const asked = this.#state === "S7-logout-requested";
    writeLogoutRequest(
      { immediate: true, reason: LogoutReason.closeSession, initiatorTaskTag: this.#tags.next(), connectionId: 0, ...this.#numbers() },
      this.#bhs,
    );
    this.datamover.sendControl(this.#bhs);
    this.#enter("S6-in-logout");
    if (asked) this.#afterLogout = { kind: "dropped", waitS: 0 };
  }

  /** What the end will be called once the logout is answered. */
  #afterLogout: ConnectionEnd = { kind: "logged-out" };

  #onLogoutResponse(bhs: Uint8Array): void {
    const pdu = readLogoutResponse(bhs);
    if (pdu.response !== 0) {
      this.fail("field", `the target refused the logout: ${logoutResponseName(pdu.response)} (RFC 7143, 11.15.1)`);
      return;
    }
    const end = this.#afterLogout;
    this.#finish(end.kind === "dropped" ? dropped(pdu.time2Wait) : end, "end");
  }

  #onReject(bhs: Uint8Array, data: Uint8Array): void {
    const reason = rejectReasonName(readReject(bhs).reason);
    const rejected = viewRejectedHeader(data);
    this.#user.onEvent({ kind: "rejected", reason, pdu: rejected === undefined ? "an unnamed PDU" : opcodeName(opcodeOf(rejected)) });
    if (rejected !== undefined) this.#user.onRejected(readUint32(rejected, BhsField.initiatorTaskTag), reason);
  }

  // ---------------------------------------------------------------------------------------------------------------- small things

  #numbers(): { cmdSn: number; expStatSn: number } {
    return { cmdSn: this.#user.cmdSn, expStatSn: this.expStatSn };
  }

  #enter(state: ConnectionState): void {
    this.#state = state;
    this.#stateSince = this.#now;
  }

  #fault(error: ProtocolError): void {
    this.#finish({ kind: "failed", error }, "reset");
  }

  /** Decides how the connection will be said to have ended; the first word counts. `onClosed` says it. */
  #finish(end: ConnectionEnd, how: "end" | "reset"): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#enter("S8-cleanup-wait");
    this.datamover.close(how);
  }
}
