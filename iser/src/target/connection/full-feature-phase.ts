import {
  BhsField,
  bhsLength,
  InitiatorOpcode,
  isImmediate,
  LogoutReason,
  LogoutResponseCode,
  opcodeOf,
  ProtocolError,
  RejectReason,
  readLogoutRequest,
  readNopOut,
  readTaskManagementRequest,
  readTextRequest,
  readUint32,
  reservedTag,
  ScsiCommandField,
  ScsiCommandFlag,
  type TargetDatamover,
  type TargetTask,
  TaskManagementResponseCode,
  type TransferParameters,
  taskManagementFunction,
  taskReassignCode,
} from "#iscsi";
import type { TaskManagementOutcome } from "#scsi";
import type { SessionTask } from "../session/session-task.ts";
import type { SessionTasks } from "../session/session-tasks.ts";
import type { SessionConnection, TargetSession } from "../session/target-session.ts";
import type { ConnectionHost } from "./connection-host.ts";
import type { RejectReasonCode } from "./gate.ts";
import type { ResponseSender } from "./response-sender.ts";
import { TextExchange } from "./text-exchange.ts";

/** The connection that is in full feature phase. */
export interface FullFeatureConnection extends SessionConnection {
  /** False as soon as it is ending: then nothing is answered any more. */
  readonly isLoggedIn: boolean;
  /** The initiator logs out: nothing else of it is heard. */
  enterLogout(): void;
  /** The logout may be answered; `answer` sends that. Behind it the connection ends. */
  leave(answer: () => void): void;
}

const greatestAttribute = 4;

/** Serves the requests of a session on one connection (RFC 7143, 4.2 and 11), those that the gate let pass. Each is served in CmdSN order or is immediate. */
export class FullFeaturePhase {
  readonly session: TargetSession;
  readonly #connection: FullFeatureConnection;
  readonly #host: ConnectionHost;
  readonly #mover: TargetDatamover;
  readonly #sender: ResponseSender;
  readonly #text: TextExchange;
  #parameters: TransferParameters;
  /** Task management requests that are not answered yet. */
  #managing = 0;
  /** Data of requests that wait for their turn. */
  #waitingBytes = 0;

  constructor(
    session: TargetSession,
    parameters: TransferParameters,
    connection: FullFeatureConnection,
    host: ConnectionHost,
    mover: TargetDatamover,
    sender: ResponseSender,
  ) {
    this.session = session;
    this.#parameters = parameters;
    this.#connection = connection;
    this.#host = host;
    this.#mover = mover;
    this.#sender = sender;
    this.#text = new TextExchange(host.limits.maxTextBytes);
  }

  // -------------------------------------------------------------------------------------------------------------- SCSI commands

  /** The header of a SCSI Command. Undefined when it is ignored, or was rejected. */
  takeCommand(bhs: Uint8Array, ahs: Uint8Array): TargetTask | undefined {
    const { session } = this;
    const { tasks } = session;
    if (tasks === undefined) return undefined;
    const immediate = isImmediate(bhs);
    if (!immediate && !session.window.arrive(readUint32(bhs, BhsField.cmdSn))) return undefined;
    const reason = commandRefusal(bhs) ?? this.#placeRefusal(tasks, bhs, immediate);
    try {
      if (reason === undefined) return tasks.arrive(bhs, ahs, immediate);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
    this.#refuseInTurn(reason ?? RejectReason.invalidPduField, bhs);
    return undefined;
  }

  commandReady(task: TargetTask): void {
    this.session.tasks?.ready(task as SessionTask);
  }

  /** Why there is no place for a command that makes sense. */
  #placeRefusal(tasks: SessionTasks, bhs: Uint8Array, immediate: boolean): RejectReasonCode | undefined {
    if (tasks.has(readUint32(bhs, BhsField.initiatorTaskTag))) return RejectReason.taskInProgress;
    return immediate && tasks.immediate >= this.#host.limits.maxImmediate ? RejectReason.tooManyImmediateCommands : undefined;
  }

  // ------------------------------------------------------------------------------------------------------------- other requests

  /** Any other request that is legal. */
  take(bhs: Uint8Array, data: Uint8Array): void {
    if (isImmediate(bhs)) this.#serve(bhs, data);
    else this.#serveInTurn(bhs, data);
  }

  /** What the gate did not let pass. It has arrived all the same: its CmdSN is used up, or all behind it would wait for it. */
  refuse(reason: RejectReasonCode, bhs: Uint8Array): void {
    const { window, order } = this.session;
    const opcode = opcodeOf(bhs);
    const isNumbered = opcode !== InitiatorOpcode.snackRequest && opcode !== InitiatorOpcode.dataOut && !isImmediate(bhs);
    const cmdSn = readUint32(bhs, BhsField.cmdSn);
    if (isNumbered && window.arrive(cmdSn)) order.skip(cmdSn);
    this.#reject(reason, bhs);
  }

  #serveInTurn(bhs: Uint8Array, data: Uint8Array): void {
    const { window, order } = this.session;
    const cmdSn = readUint32(bhs, BhsField.cmdSn);
    if (!window.arrive(cmdSn)) return;
    if (order.isTurnOf(cmdSn)) order.submit(cmdSn, { deliver: () => this.#serve(bhs, data) });
    else if (this.#waitingBytes + data.length <= this.#host.limits.maxWaitingBytes)
      this.#keepForItsTurn(cmdSn, bhs.slice(0, bhsLength), data.slice());
    else this.#refuseInTurn(RejectReason.longOperationReject, bhs);
  }

  #keepForItsTurn(cmdSn: number, bhs: Uint8Array, data: Uint8Array): void {
    this.#waitingBytes += data.length;
    this.session.order.submit(cmdSn, {
      deliver: () => {
        this.#waitingBytes -= data.length;
        this.#serve(bhs, data);
      },
    });
  }

  #serve(bhs: Uint8Array, data: Uint8Array): void {
    if (!this.#connection.isLoggedIn) return;
    try {
      this.#dispatch(bhs, data);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#reject(RejectReason.invalidPduField, bhs);
    }
  }

  #dispatch(bhs: Uint8Array, data: Uint8Array): void {
    switch (opcodeOf(bhs)) {
      case InitiatorOpcode.nopOut:
        this.#onNopOut(bhs, data);
        return;
      case InitiatorOpcode.taskManagementRequest:
        this.#onTaskManagement(bhs);
        return;
      case InitiatorOpcode.textRequest:
        this.#onText(bhs, data);
        return;
      case InitiatorOpcode.logoutRequest:
        this.#onLogout(bhs);
        return;
    }
  }

  /** A ping is answered with as much of its data as the initiator takes. An answer to ours needs nothing: that it came is enough. */
  #onNopOut(bhs: Uint8Array, data: Uint8Array): void {
    const { initiatorTaskTag, lun } = readNopOut(bhs);
    if (initiatorTaskTag === reservedTag) return;
    this.#sender.pong(initiatorTaskTag, lun, data.subarray(0, this.#parameters.maxSendDataSegmentLength));
  }

  #onText(bhs: Uint8Array, data: Uint8Array): void {
    const request = readTextRequest(bhs);
    const step = this.#text.handle(request, data, this.#parameters.maxSendDataSegmentLength, (pairs) =>
      this.#host.answerText(pairs, this.session, (length) => this.#limitSegments(length)),
    );
    if (step.kind === "reject") this.#reject(step.reason, bhs);
    else this.#sender.text(request.initiatorTaskTag, step);
  }

  #limitSegments(maxSendDataSegmentLength: number): void {
    this.#parameters = { ...this.#parameters, maxSendDataSegmentLength };
    this.#mover.enable(this.#parameters);
  }

  /** Is answered when everything it concerns is quiet, which may be much later. */
  #onTaskManagement(bhs: Uint8Array): void {
    const request = readTaskManagementRequest(bhs);
    const { functionCode, initiatorTaskTag } = request;
    const { tasks } = this.session;
    const taskManagement = taskManagementFunction(functionCode);
    if (tasks === undefined || taskManagement === undefined) {
      const outcome = functionCode === taskReassignCode ? "no-reassignment" : "not-supported";
      this.#sender.taskManagement(initiatorTaskTag, TaskManagementResponseCode[outcome]);
      return;
    }
    if (this.#managing >= this.#host.limits.maxImmediate) {
      this.#reject(RejectReason.tooManyImmediateCommands, bhs);
      return;
    }
    this.#managing += 1;
    const answer = (outcome: TaskManagementOutcome): void => {
      this.#managing -= 1;
      if (!this.#connection.isLoggedIn) return;
      this.#sender.taskManagement(initiatorTaskTag, TaskManagementResponseCode[outcome === "transport-failed" ? "rejected" : outcome]);
      if (taskManagement === "target-cold-reset" && outcome === "complete") this.#host.afterColdReset(this.session);
    };
    if (taskManagement === "abort-task") tasks.abort(request, answer);
    else tasks.manage(taskManagement, request.lun, answer);
  }

  #onLogout(bhs: Uint8Array): void {
    const { reason, connectionId, initiatorTaskTag } = readLogoutRequest(bhs);
    const answer = (code: number): void => this.#sender.logout(initiatorTaskTag, code);
    if (reason === LogoutReason.removeConnectionForRecovery) {
      answer(LogoutResponseCode.recoveryNotSupported);
      return;
    }
    if (reason === LogoutReason.closeConnection && connectionId !== this.session.identity.connectionId) {
      answer(LogoutResponseCode.noSuchConnection);
      return;
    }
    this.#connection.enterLogout();
    const leave = (): void => this.#connection.leave(() => answer(LogoutResponseCode.closed));
    if (this.session.tasks === undefined) leave();
    else this.session.tasks.leave(leave);
  }

  /** Rejects a request whose number has arrived. */
  #refuseInTurn(reason: RejectReasonCode, bhs: Uint8Array): void {
    if (!isImmediate(bhs)) this.session.order.skip(readUint32(bhs, BhsField.cmdSn));
    this.#reject(reason, bhs);
  }

  #reject(reason: RejectReasonCode, bhs: Uint8Array): void {
    this.#host.onReject(this.#connection, reason, opcodeOf(bhs));
    this.#sender.reject(reason, bhs);
  }
}

/** Why the header of a SCSI Command cannot be served, whatever its CDB says (RFC 7143, 11.3); undefined when it can. */
function commandRefusal(bhs: Uint8Array): RejectReasonCode | undefined {
  const flags = bhs[ScsiCommandField.flags]!;
  const announcesData = (flags & ScsiCommandFlag.final) === 0;
  if ((flags & ScsiCommandFlag.attributes) > greatestAttribute) return RejectReason.invalidPduField;
  if (announcesData && (flags & ScsiCommandFlag.write) === 0) return RejectReason.invalidPduField;
  return readUint32(bhs, BhsField.initiatorTaskTag) === reservedTag ? RejectReason.invalidPduField : undefined;
}
