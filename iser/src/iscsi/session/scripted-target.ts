import type { Instant } from "kit/clock";
import { InitiatorConnection } from "../connection/initiator-connection.ts";
import type { DatamoverCounters, InitiatorDatamover, InitiatorDatamoverUser, InitiatorTask, TransferParameters } from "../datamover.ts";
import { loginPhaseParameters } from "../datamover.ts";
import type { LoginInitiator } from "../login/login-initiator.ts";
import { writeAsyncMessage } from "../pdu/async-message.ts";
import { noLun, reservedTag } from "../pdu/basic-header-segment.ts";
import { writeLogoutResponse } from "../pdu/logout-response.ts";
import { writeNopIn } from "../pdu/nop-in.ts";
import { opcodeOf } from "../pdu/opcode.ts";
import { writeReject } from "../pdu/reject.ts";
import { readTaskManagementRequest } from "../pdu/task-management-request.ts";
import { writeTaskManagementResponse } from "../pdu/task-management-response.ts";
import type { Session } from "./session.ts";
import type { TaskSlot } from "./task-table.ts";

/** A datamover that tests hold in their hand: it records what the initiator sends and says what the test wants the target to say. */
export class ScriptedTarget implements InitiatorDatamover {
  readonly transport = "tcp";
  readonly statusReach: number;
  readonly counters: DatamoverCounters = {
    bytesReceived: 0,
    bytesSent: 0,
    pdusReceived: 0,
    pdusSent: 0,
    payloadBytes: 0,
    payloadBytesCopied: 0,
  };
  /** Commands as they were sent, with the header as it was then. */
  readonly commands: { readonly task: InitiatorTask; readonly bhs: Uint8Array }[] = [];
  readonly controls: Uint8Array[] = [];
  closedHow: "end" | "reset" | undefined;
  enabled: TransferParameters | undefined;
  readonly connection: InitiatorConnection;
  #user: InitiatorDatamoverUser | undefined;
  #statSn = 100;
  readonly #lent = new Set<InitiatorTask>();

  /** Logs `session` in at once, with the given command window. */
  constructor(session: Session, window: { readonly expCmdSn: number; readonly maxCmdSn: number }, now: Instant = 0, statusReach = 0) {
    this.statusReach = statusReach;
    this.connection = new InitiatorConnection(this, loginAtOnce(window, this.#statSn), session);
    this.connection.onActivity(now);
    this.user.onOpen();
    this.control((bhs, { statSn }) => {
      bhs[0] = 0x23;
      new DataView(bhs.buffer).setUint32(24, statSn);
    });
  }

  get user(): InitiatorDatamoverUser {
    if (this.#user === undefined) throw new Error("attach comes first");
    return this.#user;
  }

  // -- InitiatorDatamover
  attach(user: InitiatorDatamoverUser): void {
    this.#user = user;
  }
  enable(parameters: TransferParameters): void {
    this.enabled = parameters;
  }
  sendControl(bhs: Uint8Array): void {
    this.controls.push(bhs.slice());
  }
  sendCommand(task: InitiatorTask): void {
    this.#lent.add(task);
    this.commands.push({ task, bhs: task.bhs.slice() });
  }
  release(task: InitiatorTask): void {
    if (this.#lent.delete(task)) this.user.onReleased(task);
  }
  close(how: "end" | "reset"): void {
    this.closedHow = how;
  }

  // -- the target's mouth
  lastControl(opcode: number): Uint8Array {
    const bhs = this.controls.findLast((candidate) => opcodeOf(candidate) === opcode);
    if (bhs === undefined) throw new Error(`no PDU with opcode ${opcode} was sent`);
    return bhs;
  }

  /** Sends a PDU whose header `write` fills; it uses up a StatSN unless told otherwise. */
  control(
    write: (bhs: Uint8Array, numbers: { statSn: number; expCmdSn: number; maxCmdSn: number }) => void,
    data: Uint8Array = new Uint8Array(0),
    consume = true,
  ): void {
    const bhs = new Uint8Array(48);
    write(bhs, { statSn: this.#statSn, expCmdSn: 0, maxCmdSn: 0 });
    if (consume) this.#statSn += 1;
    this.user.onControl(bhs, data);
  }

  respond(task: InitiatorTask, outcome: { status?: number; residual?: number; sense?: Uint8Array; response?: number } = {}): void {
    this.#lent.delete(task);
    this.user.onStatSn(this.#statSn, true);
    this.#statSn += 1;
    this.user.onResponse(task, { response: 0, status: 0, residual: 0, sense: new Uint8Array(0), ...outcome });
  }

  openWindow(expCmdSn: number, maxCmdSn: number): void {
    this.user.onCommandWindow(expCmdSn, maxCmdSn);
    this.connection.onInputDrained();
  }

  /** Answers the task management request sent last. */
  answerTaskManagement(response: number): void {
    const { initiatorTaskTag } = readTaskManagementRequest(this.lastControl(0x02));
    this.control((bhs, numbers) => writeTaskManagementResponse({ initiatorTaskTag, response, ...numbers }, bhs));
  }

  ping(targetTransferTag: number): void {
    this.control(
      (bhs, numbers) => writeNopIn({ lun: noLun, initiatorTaskTag: reservedTag, targetTransferTag, ...numbers }, bhs),
      undefined,
      false,
    );
  }

  answerPing(): void {
    const ping = this.lastControl(0x00);
    const initiatorTaskTag = new DataView(ping.buffer).getUint32(16);
    this.control((bhs, numbers) => writeNopIn({ lun: noLun, initiatorTaskTag, targetTransferTag: reservedTag, ...numbers }, bhs));
  }

  say(event: number, parameter2 = 0, parameter3 = 0, data?: Uint8Array): void {
    const pdu = { lun: noLun, event, vendorCode: 0, parameter1: 0, parameter2, parameter3 };
    this.control((bhs, numbers) => writeAsyncMessage({ ...pdu, ...numbers }, bhs), data);
  }

  reject(rejected: Uint8Array, reason: number): void {
    this.control((bhs, numbers) => writeReject({ reason, dataSn: 0, ...numbers }, bhs), rejected);
  }

  answerLogout(): void {
    const initiatorTaskTag = new DataView(this.lastControl(0x06).buffer).getUint32(16);
    this.control((bhs, numbers) => writeLogoutResponse({ initiatorTaskTag, response: 0, time2Wait: 0, time2Retain: 0, ...numbers }, bhs));
  }

  /** The stream is gone: everything lent comes back first. */
  cut(cause?: Error): void {
    for (const task of [...this.#lent]) this.release(task);
    this.user.onClosed(cause);
  }

  taskOf(index: number): TaskSlot {
    const sent = this.commands[index];
    if (sent === undefined) throw new Error(`no command ${index} was sent`);
    return sent.task as TaskSlot;
  }
}

/** A login that the first response ends. */
function loginAtOnce(window: { readonly expCmdSn: number; readonly maxCmdSn: number }, statSn: number): LoginInitiator {
  const outcome = {
    parameters: loginPhaseParameters,
    negotiated: {} as never,
    tsih: 1,
    targetAlias: undefined,
    portalGroupTag: 1,
    statSn,
    ...window,
  };
  return {
    start: () => ({ kind: "send", pdu: { bhs: new Uint8Array(48), data: new Uint8Array(0) } }),
    handle: () => ({ kind: "done", outcome }),
    closed: () => {
      throw new Error("the login was over");
    },
  } as unknown as LoginInitiator;
}
