import type { Instant } from "kit/clock";
import {
  AsyncEvent,
  BhsField,
  bhsLength,
  InitiatorOpcode,
  isImmediate,
  type LoginTarget,
  type LoginTargetStep,
  LogoutReason,
  LogoutResponseCode,
  opcodeOf,
  type Portal,
  ProtocolError,
  RejectReason,
  type ResponseNumbers,
  readLogoutRequest,
  readNopOut,
  readTaskManagementRequest,
  readTextRequest,
  readUint32,
  reservedTag,
  type SessionType,
  serialIncrement,
  type TargetDatamover,
  type TargetDatamoverUser,
  type TargetTask,
  TaskManagementResponseCode,
  type Timekeeper,
  type TransferParameters,
  taskManagementFunction,
  taskReassignCode,
} from "#iscsi";
import type { SessionTask } from "../session/session-task.ts";
import type { SessionConnection, TargetSession } from "../session/target-session.ts";
import { commandRefusal } from "./command-refusal.ts";
import { ConnectionClock } from "./connection-clock.ts";
import type { ConnectionEnding, ConnectionHost } from "./connection-host.ts";
import type { ConnectionState } from "./connection-state.ts";
import { judge, type RejectReasonCode } from "./gate.ts";
import { OutputBacklog } from "./output-backlog.ts";
import { ResponseSender } from "./response-sender.ts";
import { TextExchange } from "./text-exchange.ts";

/**
 * One connection of a target, from the open stream to its end: login, full feature phase, logout. It speaks PDUs with its datamover and never sees
 * what carries them; it reads no clock, but is told the time (`onActivity`, `timeout`).
 */
export class TargetConnection implements TargetDatamoverUser, SessionConnection, Timekeeper {
  readonly peer: string;
  readonly portal: Portal | undefined;
  readonly #mover: TargetDatamover;
  readonly #host: ConnectionHost;
  readonly #sender: ResponseSender;
  readonly #clock: ConnectionClock;
  readonly #text: TextExchange;
  readonly #backlog: OutputBacklog;
  #login: LoginTarget;
  #state: ConnectionState = "S1-free";
  #session: TargetSession | undefined = undefined;
  #parameters: TransferParameters | undefined = undefined;
  #ending: ConnectionEnding | undefined = undefined;
  #statSn = 1;
  /** CmdSN of the last Login Request: the number of the first command, until there is a session to ask. */
  #loginCmdSn = 0;
  #pingTag = 0;
  #managing = 0;

  constructor(mover: TargetDatamover, host: ConnectionHost, peer: string, portal: Portal | undefined) {
    this.peer = peer;
    this.portal = portal;
    this.#mover = mover;
    this.#host = host;
    this.#clock = new ConnectionClock(host.limits);
    this.#text = new TextExchange(host.limits.maxTextBytes);
    this.#login = host.makeLogin(mover.transport);
    this.#backlog = new OutputBacklog(host.limits.maxBacklogBytes);
    this.#sender = new ResponseSender(mover, {
      takeNumbers: () => this.#numbers(this.takeStatSn()),
      viewNumbers: () => this.#numbers(this.#statSn),
      queued: (bytes) => this.#backlog.queued(bytes),
    });
    mover.attach(this);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get session(): TargetSession | undefined {
    return this.#session;
  }

  get connectionId(): number {
    return this.#session?.identity.connectionId ?? 0;
  }

  // ---------------------------------------------------------------------------------------------------------- asked by the target

  requestLogout(withinS: number, now: Instant): void {
    if (this.#state !== "S5-logged-in") return;
    this.#state = "S7-logout-requested";
    this.#clock.logoutRequested(now, withinS * 1000);
    this.#sender.asyncMessage(AsyncEvent.logoutRequested, { parameter3: withinS });
  }

  dropAfterWarning(time2WaitS: number, time2RetainS: number, why: string): void {
    if (this.#isLoggedIn) {
      this.#sender.asyncMessage(AsyncEvent.sessionDropped, { parameter2: time2WaitS, parameter3: time2RetainS });
      this.#end({ kind: "dropped", why }, "end");
    } else {
      this.drop(why);
    }
  }

  drop(why: string): void {
    this.#end({ kind: "dropped", why }, "reset");
  }

  // ------------------------------------------------------------------------------------------------------------------------- time

  /** Bytes arrived; called before anything they lead to. */
  onActivity(now: Instant): void {
    if (this.#state === "S1-free") this.#clock.opened(now);
    else this.#clock.heard(now);
  }

  onInputDrained(): void {}

  onOutputTaken(): void {
    this.#backlog.taken();
  }

  onOutputSent(): void {
    this.#backlog.sent();
  }

  get inputPaused(): boolean {
    return this.#backlog.isFull || (this.#session?.tasks?.unsent ?? 0) > this.#host.limits.maxUnsentResponses;
  }

  deadline(): Instant | undefined {
    return this.#clock.deadline(this.#state);
  }

  timeout(now: Instant): void {
    switch (this.#clock.due(this.#state, now)) {
      case undefined:
        return;
      case "ping":
        this.#clock.pinged(now);
        this.#pingTag = this.#pingTag === reservedTag - 1 ? 1 : this.#pingTag + 1;
        this.#sender.ping(this.#pingTag);
        return;
      case "login":
        this.#fail(`the initiator did not finish its login within ${this.#host.limits.loginMs} ms`);
        return;
      case "ping-reply":
        this.#fail(`the initiator was silent, and did not answer a ping within ${this.#host.limits.pingMs} ms`);
        return;
      case "logout":
        this.#fail("the initiator did not leave in time");
        return;
    }
  }

  // ---------------------------------------------------------------------------------------------------------- TargetDatamoverUser

  takeStatSn(): number {
    const statSn = this.#statSn;
    this.#statSn = serialIncrement(statSn);
    this.#session?.openWindow();
    return statSn;
  }

  get nextStatSn(): number {
    return this.#statSn;
  }

  get expCmdSn(): number {
    return this.#session === undefined ? this.#loginCmdSn : this.#session.window.expCmdSn;
  }

  get maxCmdSn(): number {
    return this.#session === undefined ? this.#loginCmdSn : this.#session.window.maxCmdSn;
  }

  onOpen(): void {
    this.#state = "S3-xpt-up";
  }

  onCommand(bhs: Uint8Array, ahs: Uint8Array): TargetTask | undefined {
    const verdict = judge(this.#state, this.#sessionType, InitiatorOpcode.scsiCommand);
    const session = this.#session;
    if (verdict !== "serve" || session?.tasks === undefined) {
      this.#turnAway(verdict, bhs, noData);
      return undefined;
    }
    const immediate = isImmediate(bhs);
    if (!immediate && !session.window.arrive(readUint32(bhs, BhsField.cmdSn))) return undefined;
    const reason = commandRefusal(bhs) ?? this.#placeRefusal(session, bhs, immediate);
    if (reason !== undefined) return this.#refuseCommand(session, bhs, immediate, reason);
    try {
      return session.tasks.arrive(bhs, ahs, immediate);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return this.#refuseCommand(session, bhs, immediate, RejectReason.invalidPduField);
    }
  }

  onCommandReady(task: TargetTask): void {
    this.#session?.tasks?.ready(task as SessionTask);
  }

  onControl(bhs: Uint8Array, data: Uint8Array): void {
    const verdict = judge(this.#state, this.#sessionType, opcodeOf(bhs));
    const session = this.#session;
    if (verdict !== "serve" || session === undefined) this.#turnAway(verdict, bhs, data);
    else if (isImmediate(bhs)) this.#serve(session, bhs, data);
    else this.#serveInTurn(session, bhs, data);
  }

  onFault(error: ProtocolError): void {
    this.#end({ kind: "failed", error }, "reset");
  }

  onClosed(cause: Error | undefined): void {
    this.#state = "S8-cleanup-wait";
    const ending = this.#ending ?? { kind: "lost", cause };
    this.#host.onConnectionEnded(this, this.#session, ending);
    this.#state = "S1-free";
  }

  // ------------------------------------------------------------------------------------------------------------------------ login

  #onLoginPdu(bhs: Uint8Array, data: Uint8Array): void {
    this.#state = "S4-in-login";
    this.#loginCmdSn = readUint32(bhs, BhsField.cmdSn);
    this.#takeLoginStep(this.#login.handle(bhs, data));
  }

  #takeLoginStep(step: LoginTargetStep): void {
    switch (step.kind) {
      case "send":
        this.#sender.login(step.pdu);
        return;
      case "done":
        this.#session = this.#host.openSession(step.outcome, this.#loginCmdSn, this, this.#mover);
        this.#sender.login(step.pdu);
        this.#parameters = step.outcome.parameters;
        this.#mover.enable(this.#parameters);
        this.#state = "S5-logged-in";
        return;
      case "failed":
        if (step.pdu !== undefined) this.#sender.login(step.pdu);
        this.#end({ kind: "login-failed", error: step.error }, step.pdu === undefined ? "reset" : "end");
        return;
      case "redirected":
        this.#sender.login(step.pdu);
        this.#end({ kind: "redirected", address: step.address }, "end");
        return;
    }
  }

  // ----------------------------------------------------------------------------------------------------------- full feature phase

  /** What the gate does not let pass. */
  #turnAway(verdict: ReturnType<typeof judge>, bhs: Uint8Array, data: Uint8Array): void {
    switch (verdict) {
      case "login":
        this.#onLoginPdu(bhs, data);
        return;
      case "serve":
      case "ignore":
        return;
      default:
        this.#useUpNumber(bhs);
        this.#reject(verdict, bhs);
    }
  }

  /** A request that is refused has arrived all the same: its CmdSN is used up, or all behind it would wait for it. */
  #useUpNumber(bhs: Uint8Array): void {
    const session = this.#session;
    const opcode = opcodeOf(bhs);
    const unnumbered = opcode === InitiatorOpcode.snackRequest || opcode === InitiatorOpcode.dataOut || isImmediate(bhs);
    if (session === undefined || unnumbered) return;
    const cmdSn = readUint32(bhs, BhsField.cmdSn);
    if (session.window.arrive(cmdSn)) session.order.skip(cmdSn);
  }

  #serveInTurn(session: TargetSession, bhs: Uint8Array, data: Uint8Array): void {
    const cmdSn = readUint32(bhs, BhsField.cmdSn);
    if (!session.window.arrive(cmdSn)) return;
    if (session.order.isTurnOf(cmdSn)) {
      session.order.submit(cmdSn, { deliver: () => this.#serve(session, bhs, data) });
      return;
    }
    const kept = bhs.slice(0, bhsLength);
    const keptData = data.slice();
    session.order.submit(cmdSn, { deliver: () => this.#serve(session, kept, keptData) });
  }

  #serve(session: TargetSession, bhs: Uint8Array, data: Uint8Array): void {
    if (!this.#isLoggedIn) return;
    try {
      this.#dispatch(session, bhs, data);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#reject(RejectReason.invalidPduField, bhs);
    }
  }

  #dispatch(session: TargetSession, bhs: Uint8Array, data: Uint8Array): void {
    switch (opcodeOf(bhs)) {
      case InitiatorOpcode.nopOut:
        this.#onNopOut(bhs, data);
        return;
      case InitiatorOpcode.taskManagementRequest:
        this.#onTaskManagement(session, bhs);
        return;
      case InitiatorOpcode.textRequest:
        this.#onText(session, bhs, data);
        return;
      case InitiatorOpcode.logoutRequest:
        this.#onLogout(session, bhs);
        return;
    }
  }

  /** A ping is answered with as much of its data as the initiator takes. An answer to ours needs nothing: that it came is enough. */
  #onNopOut(bhs: Uint8Array, data: Uint8Array): void {
    const { initiatorTaskTag, lun } = readNopOut(bhs);
    if (initiatorTaskTag === reservedTag) return;
    this.#sender.pong(initiatorTaskTag, lun, data.subarray(0, this.#maxDataSegmentLength));
  }

  #onText(session: TargetSession, bhs: Uint8Array, data: Uint8Array): void {
    const request = readTextRequest(bhs);
    const step = this.#text.handle(request, data, this.#maxDataSegmentLength, (pairs) =>
      this.#host.answerText(pairs, session, (length) => this.#limitSegments(length)),
    );
    if (step.kind === "reject") this.#reject(step.reason, bhs);
    else this.#sender.text(request.initiatorTaskTag, step);
  }

  #limitSegments(maxSendDataSegmentLength: number): void {
    if (this.#parameters === undefined) return;
    this.#parameters = { ...this.#parameters, maxSendDataSegmentLength };
    this.#mover.enable(this.#parameters);
  }

  /** Is answered when everything it concerns is quiet, which may be much later. */
  #onTaskManagement(session: TargetSession, bhs: Uint8Array): void {
    const request = readTaskManagementRequest(bhs);
    const { functionCode, initiatorTaskTag } = request;
    const tasks = session.tasks;
    const taskManagement = taskManagementFunction(functionCode);
    if (tasks === undefined || taskManagement === undefined) {
      const reassign = functionCode === taskReassignCode;
      this.#sender.taskManagement(initiatorTaskTag, TaskManagementResponseCode[reassign ? "no-reassignment" : "not-supported"]);
      return;
    }
    if (this.#managing >= this.#host.limits.maxImmediate) {
      this.#reject(RejectReason.tooManyImmediateCommands, bhs);
      return;
    }
    this.#managing += 1;
    const answer = (outcome: keyof typeof TaskManagementResponseCode | "transport-failed"): void => {
      this.#managing -= 1;
      if (!this.#isLoggedIn) return;
      this.#sender.taskManagement(initiatorTaskTag, TaskManagementResponseCode[outcome === "transport-failed" ? "rejected" : outcome]);
      if (taskManagement === "target-cold-reset" && outcome === "complete") this.#host.afterColdReset(session);
    };
    if (taskManagement === "abort-task") tasks.abort(request, answer);
    else tasks.manage(taskManagement, request.lun, answer);
  }

  #onLogout(session: TargetSession, bhs: Uint8Array): void {
    const { reason, connectionId, initiatorTaskTag } = readLogoutRequest(bhs);
    if (reason === LogoutReason.removeConnectionForRecovery) {
      this.#sender.logout(initiatorTaskTag, LogoutResponseCode.recoveryNotSupported);
      return;
    }
    if (reason === LogoutReason.closeConnection && connectionId !== this.connectionId) {
      this.#sender.logout(initiatorTaskTag, LogoutResponseCode.noSuchConnection);
      return;
    }
    this.#state = "S6-in-logout";
    this.#clock.inLogout();
    const answer = (): void => {
      if (this.#state !== "S6-in-logout") return;
      this.#sender.logout(initiatorTaskTag, LogoutResponseCode.closed);
      this.#ending = { kind: "logged-out" };
      this.#mover.close("end");
    };
    if (session.tasks === undefined) answer();
    else session.tasks.drain(answer);
  }

  // ------------------------------------------------------------------------------------------------------------------- commands

  /** Why there is no place for a command that makes sense. */
  #placeRefusal(session: TargetSession, bhs: Uint8Array, immediate: boolean): RejectReasonCode | undefined {
    const tasks = session.tasks;
    if (tasks?.has(readUint32(bhs, BhsField.initiatorTaskTag)) === true) return RejectReason.taskInProgress;
    const full = immediate && tasks !== undefined && tasks.immediate >= this.#host.limits.maxImmediate;
    return full ? RejectReason.tooManyImmediateCommands : undefined;
  }

  #refuseCommand(session: TargetSession, bhs: Uint8Array, immediate: boolean, reason: RejectReasonCode): undefined {
    if (!immediate) session.order.skip(readUint32(bhs, BhsField.cmdSn));
    this.#reject(reason, bhs);
    return undefined;
  }

  // ------------------------------------------------------------------------------------------------------------------------ inside

  get #isLoggedIn(): boolean {
    return this.#state === "S5-logged-in" || this.#state === "S7-logout-requested";
  }

  get #sessionType(): SessionType {
    return this.#session?.identity.sessionType ?? "normal";
  }

  get #maxDataSegmentLength(): number {
    return this.#parameters?.maxSendDataSegmentLength ?? 8192;
  }

  #numbers(statSn: number): ResponseNumbers {
    return { statSn, expCmdSn: this.expCmdSn, maxCmdSn: this.maxCmdSn };
  }

  #reject(reason: RejectReasonCode, bhs: Uint8Array): void {
    this.#host.onReject(this, reason, opcodeOf(bhs));
    this.#sender.reject(reason, bhs);
  }

  #fail(message: string): void {
    this.#end({ kind: "failed", error: new ProtocolError("timeout", message) }, "reset");
  }

  /** The connection is of no more use, for the reason that came first. */
  #end(ending: ConnectionEnding, how: "end" | "reset"): void {
    if (this.#state === "S1-free" || this.#state === "S8-cleanup-wait") return;
    this.#ending ??= ending;
    this.#state = "S8-cleanup-wait";
    this.#mover.close(how);
  }
}

const noData = new Uint8Array(0);
