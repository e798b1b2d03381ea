import type { Instant } from "kit/clock";
import { RequestBurst } from "#bytes";
import {
  AsyncEvent,
  BhsField,
  InitiatorOpcode,
  type LoginTarget,
  type LoginTargetStep,
  OutputBacklog,
  opcodeName,
  opcodeOf,
  type Portal,
  ProtocolError,
  type ResponseNumbers,
  readUint32,
  reservedTag,
  serialIncrement,
  type TargetDatamover,
  type TargetDatamoverUser,
  type TargetTask,
  type Timekeeper,
  type TransportKind,
} from "#iscsi";
import { ConnectionClock } from "./connection-clock.ts";
import type { ConnectionEnding, ConnectionHost } from "./connection-host.ts";
import type { ConnectionState } from "./connection-state.ts";
import { type FullFeatureConnection, FullFeaturePhase } from "./full-feature-phase.ts";
import { judge, type Verdict } from "./gate.ts";
import { ResponseSender } from "./response-sender.ts";

/**
 * One connection of a target, from the open stream to its end (RFC 7143, 8.1). It speaks PDUs with its datamover and never sees what carries
 * them; it reads no clock, but is told the time.
 */
export class TargetConnection implements TargetDatamoverUser, FullFeatureConnection, Timekeeper {
  readonly peer: string;
  readonly portal: Portal | undefined;
  readonly transport: TransportKind;
  readonly #mover: TargetDatamover;
  readonly #host: ConnectionHost;
  readonly #login: LoginTarget;
  readonly #sender: ResponseSender;
  readonly #clock: ConnectionClock;
  readonly #backlog: OutputBacklog;
  readonly #burst = new RequestBurst();
  #state: ConnectionState = "S1-free";
  /** From full feature phase on. */
  #phase: FullFeaturePhase | undefined = undefined;
  #ending: ConnectionEnding | undefined = undefined;
  #statSn = 1;
  /** CmdSN of the last Login Request: the number of the first command, until there is a session to ask. */
  #loginCmdSn = 0;
  #pingTag = 0;

  constructor(mover: TargetDatamover, host: ConnectionHost, peer: string, portal: Portal | undefined, portalGroupTag: number) {
    this.peer = peer;
    this.portal = portal;
    this.transport = mover.transport;
    this.#mover = mover;
    this.#host = host;
    this.#login = host.makeLogin(mover.transport, portalGroupTag);
    this.#clock = new ConnectionClock(host.limits);
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

  get isLoggedIn(): boolean {
    return this.#state === "S5-logged-in" || this.#state === "S7-logout-requested";
  }

  // ---------------------------------------------------------------------------------------------------------- asked by the target

  requestLogout(withinS: number, now: Instant): void {
    if (this.#state !== "S5-logged-in") return;
    this.#state = "S7-logout-requested";
    this.#clock.logoutRequested(now, withinS * 1000);
    this.#sender.asyncMessage(AsyncEvent.logoutRequested, { parameter3: withinS });
  }

  reportScsiEvent(sense: Uint8Array): void {
    if (this.isLoggedIn) this.#sender.asyncMessage(AsyncEvent.scsi, {}, sense);
  }

  dropAfterWarning(time2WaitS: number, time2RetainS: number, why: string): void {
    if (this.isLoggedIn) {
      this.#sender.asyncMessage(AsyncEvent.sessionDropped, { parameter2: time2WaitS, parameter3: time2RetainS });
      this.#end({ kind: "dropped", why }, "end");
    } else {
      this.drop(why);
    }
  }

  drop(why: string): void {
    this.#end({ kind: "dropped", why }, "reset");
  }

  /** What came first is the beginning of no Login Request. */
  refuseStranger(opcode: number): void {
    const message = `the connection begins with no Login Request (${opcodeName(opcode)}); perhaps the initiator means a portal for iSER`;
    this.#end({ kind: "failed", error: new ProtocolError("opcode", message) }, "reset");
  }

  // ------------------------------------------------------------------------------------------------------------------- Timekeeper

  onActivity(now: Instant): void {
    if (this.#state === "S1-free") this.#clock.opened(now);
    else this.#clock.heard(now);
  }

  onInputDrained(): void {
    const { delivered } = this.#phase?.session.tasks ?? {};
    if (delivered !== undefined) this.#burst.inputDrained(delivered);
  }

  onOutputTaken(): void {
    this.#backlog.taken();
  }

  onOutputSent(): void {
    this.#backlog.sent();
  }

  get awaited(): number {
    return this.#burst.latest + (this.#phase?.session.tasks?.outstanding ?? 0);
  }

  /** Who does not take what it asked for is not listened to. */
  get inputPaused(): boolean {
    return this.#backlog.isFull || (this.#phase?.session.tasks?.unsent ?? 0) > this.#host.limits.maxUnsentResponses;
  }

  deadline(): Instant | undefined {
    return this.#clock.deadline(this.#state);
  }

  timeout(now: Instant): void {
    const { loginMs, pingMs } = this.#host.limits;
    switch (this.#clock.due(this.#state, now)) {
      case undefined:
        return;
      case "ping":
        this.#clock.pinged(now);
        this.#ping();
        return;
      case "login":
        this.#fail(`the initiator did not finish its login within ${loginMs} ms`);
        return;
      case "ping-reply":
        this.#fail(`the initiator was silent, and did not answer a ping within ${pingMs} ms`);
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
    this.#phase?.session.openWindow();
    return statSn;
  }

  get nextStatSn(): number {
    return this.#statSn;
  }

  get expCmdSn(): number {
    return this.#phase === undefined ? this.#loginCmdSn : this.#phase.session.window.expCmdSn;
  }

  get maxCmdSn(): number {
    return this.#phase === undefined ? this.#loginCmdSn : this.#phase.session.window.maxCmdSn;
  }

  onOpen(): void {
    this.#state = "S3-xpt-up";
  }

  onCommand(bhs: Uint8Array, ahs: Uint8Array): TargetTask | undefined {
    const verdict = this.#judge(InitiatorOpcode.scsiCommand);
    if (verdict === "serve") return this.#phase?.takeCommand(bhs, ahs);
    this.#turnAway(verdict, bhs, noData);
    return undefined;
  }

  onCommandReady(task: TargetTask): void {
    this.#phase?.commandReady(task);
  }

  onControl(bhs: Uint8Array, data: Uint8Array): void {
    const verdict = this.#judge(opcodeOf(bhs));
    if (verdict === "serve") this.#phase?.take(bhs, data);
    else this.#turnAway(verdict, bhs, data);
  }

  onFault(error: ProtocolError): void {
    this.#end({ kind: "failed", error }, "reset");
  }

  onClosed(cause: Error | undefined): void {
    this.#state = "S8-cleanup-wait";
    this.#host.onConnectionEnded(this, this.#phase?.session, this.#ending ?? { kind: "lost", cause });
    this.#state = "S1-free";
  }

  #judge(opcode: number): Verdict {
    return judge(this.#state, this.#phase?.session.identity.sessionType ?? "normal", opcode);
  }

  #turnAway(verdict: Exclude<Verdict, "serve">, bhs: Uint8Array, data: Uint8Array): void {
    if (verdict === "login") this.#onLoginPdu(bhs, data);
    else if (verdict !== "ignore") this.#phase?.refuse(verdict, bhs);
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
      case "done": {
        const { parameters } = step.outcome;
        const session = this.#host.openSession(step.outcome, this.#loginCmdSn, this, this.#mover);
        this.#phase = new FullFeaturePhase(session, parameters, this, this.#host, this.#mover, this.#sender);
        this.#sender.login(step.pdu);
        this.#mover.enable(parameters);
        this.#state = "S5-logged-in";
        return;
      }
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

  // -------------------------------------------------------------------------------------------------------- FullFeatureConnection

  enterLogout(): void {
    this.#state = "S6-in-logout";
    this.#clock.inLogout();
  }

  leave(answer: () => void): void {
    if (this.#state !== "S6-in-logout") return;
    answer();
    this.#ending = { kind: "logged-out" };
    this.#mover.close("end");
  }

  // ----------------------------------------------------------------------------------------------------------------------- inside

  #ping(): void {
    this.#pingTag = this.#pingTag === reservedTag - 1 ? 1 : this.#pingTag + 1;
    this.#sender.ping(this.#pingTag);
  }

  #numbers(statSn: number): ResponseNumbers {
    return { statSn, expCmdSn: this.expCmdSn, maxCmdSn: this.maxCmdSn };
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
