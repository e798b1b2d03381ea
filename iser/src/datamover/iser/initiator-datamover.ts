import {
  type DatamoverCounters,
  type InitiatorDatamover,
  type InitiatorDatamoverUser,
  type InitiatorTask,
  loginPhaseParameters,
  opcodeName,
  opcodeOf,
  ProtocolError,
  residualOf,
  ScsiCommandField,
  ScsiCommandFlag,
  ScsiResponseField,
  TargetOpcode,
  type TransferParameters,
  viewSense,
} from "#iscsi";
import {
  AccessRight,
  type CompletionStatus,
  type MemoryRegion,
  type QueuePair,
  type QueuePairUser,
  type RdmaError,
  type ReceiveRequest,
  type WorkRequest,
} from "#iwarp";
import { TransferTable } from "../transfer-table.ts";
import { connectionData } from "./connection-data.ts";
import { ControlSender } from "./control-sender.ts";
import { InitiatorTransfer } from "./initiator-transfer.ts";
import { putReadStag, putWriteStag } from "./iser-header.ts";
import type { IserReceive } from "./iser-receive.ts";
import { MoverCounters } from "./mover-counters.ts";
import { controlDataBytes, ReceiveCredits } from "./receive-credits.ts";

export interface IserInitiatorOptions {
  /**
   * What of a write goes along with the command when not all of it can: nothing, or as much as can. Then the target reads less, and both ends copy more. What fits as
   * a whole always goes along.
   */
  readonly immediate?: "whole" | "part" | undefined;
}

/** Receives for what nobody asked for: NOP-In, Async Message, Reject, answers to task management. */
const unaskedReceives = 8;

/**
 * iSER, the initiator's half (RFC 7145): the buffers of a task become memory regions that the target writes and reads by itself; a command carries
 * their STags, and one SCSI Response ends it. A buffer goes back when its STags are dead and nothing refers to it.
 */
export class IserInitiatorDatamover implements InitiatorDatamover, QueuePairUser {
  readonly transport = "iser";
  /** Linux LIO numbers responses and posts their Sends on all of its processors at once; more of them than it has commands cannot be under way. */
  readonly statusReach = 1024;
  readonly #queuePair: QueuePair;
  readonly #credits: ReceiveCredits;
  readonly #sender: ControlSender;
  readonly #counters: MoverCounters;
  readonly #sendsParts: boolean;
  readonly #transfers = new TransferTable(() => new InitiatorTransfer());
  #user!: InitiatorDatamoverUser;
  #parameters: TransferParameters = loginPhaseParameters;
  #live = true;

  constructor(queuePair: QueuePair, { immediate = "whole" }: IserInitiatorOptions = {}) {
    this.#queuePair = queuePair;
    this.#sendsParts = immediate === "part";
    this.#credits = new ReceiveCredits(queuePair, controlDataBytes);
    this.#sender = new ControlSender(queuePair);
    this.#counters = new MoverCounters(queuePair);
    queuePair.attach(this);
    this.#credits.ensure(unaskedReceives);
    queuePair.connect(connectionData({ remoteInvalidation: true }));
  }

  get counters(): DatamoverCounters {
    return this.#counters.snapshot(this.#sender.pdusSent);
  }

  // -------------------------------------------------------------------------------------------------------- InitiatorDatamover

  attach(user: InitiatorDatamoverUser): void {
    this.#user = user;
  }

  enable(parameters: TransferParameters): void {
    this.#parameters = parameters;
  }

  sendControl(bhs: Uint8Array, data?: Uint8Array): void {
    if (!this.#live) return;
    this.#sender.begin(bhs);
    this.#sender.send(data);
  }

  /** After a fault or the end of the connection the task comes back at once, by `onReleased`. */
  sendCommand(task: InitiatorTask): void {
    if (!this.#live) {
      this.#user.onReleased(task);
      return;
    }
    const transfer = this.#transfers.open(task);
    task.moverState = transfer;
    this.#credits.ensure(this.#transfers.size + unaskedReceives);
    const { dataIn, dataOut } = task;
    const sender = this.#sender;
    sender.begin(task.bhs);
    // Data either travels in the command or is read by the target: no unsolicited Data-Out follows.
    sender.bhs[ScsiCommandField.flags]! |= ScsiCommandFlag.final;
    const immediate = dataOut === undefined ? 0 : this.#immediateLength(dataOut.length);
    if (dataIn !== undefined && dataIn.length > 0) {
      transfer.readRegion = this.#register(dataIn, AccessRight.remoteWrite, transfer);
      putReadStag(sender.view, transfer.readRegion.stag, transfer.readRegion.baseOffset);
    }
    if (dataOut !== undefined && dataOut.length > immediate) {
      transfer.writeRegion = this.#register(dataOut, AccessRight.remoteRead, transfer);
      // Peers read from the offset that they are told, and put it behind what they have: it must be past what went along (LIO and tgt never add it).
      putWriteStag(sender.view, transfer.writeRegion.stag, transfer.writeRegion.baseOffset + immediate);
    }
    this.#counters.immediateBytes += immediate;
    sender.send(partOf(dataOut, immediate), task.ahs);
  }

  release(task: InitiatorTask): void {
    const transfer = task.moverState;
    if (!(transfer instanceof InitiatorTransfer) || transfer.task !== task || transfer.tag !== task.initiatorTaskTag) return;
    this.#release(transfer);
  }

  close(how: "end" | "reset"): void {
    this.#queuePair.disconnect(how);
  }

  // ------------------------------------------------------------------------------------------------------------- QueuePairUser

  /** An initiator connects; nobody connects to it. */
  onConnectRequest(): void {}

  onEstablished(): void {
    this.#user.onOpen();
  }

  onReceive(request: ReceiveRequest, status: CompletionStatus): void {
    const receive = request as IserReceive;
    if (status === "completed" && this.#live) this.#handle(receive);
    this.#credits.returned(receive);
    if (this.#live) this.#credits.ensure(this.#transfers.size + unaskedReceives);
  }

  /** What is sent is inline and completes by itself. */
  onCompletion(_request: WorkRequest, _status: CompletionStatus): void {}

  onDeregistered(region: MemoryRegion): void {
    const transfer = region.context;
    if (!(transfer instanceof InitiatorTransfer)) return;
    transfer.freed(region);
    this.#giveBackIfFree(transfer);
  }

  onFault(error: RdmaError): void {
    this.#fault(new ProtocolError("rdma", error.message));
  }

  onDisconnected(cause: Error | undefined): void {
    this.#live = false;
    this.#releaseAll();
    this.#user.onClosed(cause);
  }

  // -------------------------------------------------------------------------------------------------------------- messages

  #handle(receive: IserReceive): void {
    try {
      receive.parse();
      this.#counters.pdusReceived += 1;
      const opcode = opcodeOf(receive.bhs);
      if (opcode === TargetOpcode.scsiResponse) this.#endTask(receive);
      else if (receive.invalidated !== undefined) {
        throw new ProtocolError("rdma", `${opcodeName(opcode)} that invalidates an STag (RFC 7145, 7.3.11)`);
      } else if (opcode === TargetOpcode.dataIn || opcode === TargetOpcode.r2t) {
        throw new ProtocolError("opcode", `${opcodeName(opcode)} over iSER, where RDMA moves data (RFC 7145, 7.3)`);
      } else this.#user.onControl(receive.bhs, receive.data);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#fault(error);
    }
  }

  #endTask(receive: IserReceive): void {
    const { view } = receive;
    const transfer = this.#transfers.find(view.getUint32(ScsiResponseField.initiatorTaskTag), "SCSI Response");
    transfer?.checkInvalidation(receive.invalidated);
    this.#user.onCommandWindow(view.getUint32(ScsiResponseField.expCmdSn), view.getUint32(ScsiResponseField.maxCmdSn));
    this.#user.onStatSn(view.getUint32(ScsiResponseField.statSn), true);
    if (transfer === undefined || !this.#live) return;
    const { response } = transfer;
    response.response = view.getUint8(ScsiResponseField.response);
    response.status = view.getUint8(ScsiResponseField.status);
    response.residual = residualOf(view.getUint8(ScsiResponseField.flags), view.getUint32(ScsiResponseField.residualCount));
    const sense = response.response === 0 ? viewSense(receive.data) : noSense;
    transfer.state = "responding";
    // What has to wait for its memory outlives the bytes that the sense data was received in.
    response.sense = transfer.holdsMemory && sense.length > 0 ? sense.slice() : sense;
    this.#finish(transfer);
  }

  // ----------------------------------------------------------------------------------------------------------------- tasks

  #immediateLength(length: number): number {
    const { immediateData, firstBurstLength, maxSendDataSegmentLength } = this.#parameters;
    const most = immediateData ? Math.min(firstBurstLength, maxSendDataSegmentLength) : 0;
    if (length <= most) return length;
    // What does not go along as a whole is read as a whole: a part of it would be copied twice and save no round trip.
    return this.#sendsParts ? most : 0;
  }

  #register(memory: Uint8Array, access: number, transfer: InitiatorTransfer): MemoryRegion {
    const region = this.#queuePair.protectionDomain.register(memory, access);
    region.context = transfer;
    return region;
  }

  #release(transfer: InitiatorTransfer): void {
    if (transfer.state !== "moving") return;
    transfer.state = "releasing";
    this.#finish(transfer);
  }

  #releaseAll(): void {
    for (const transfer of this.#transfers.all()) this.#release(transfer);
  }

  /** Kills the task's STags; when their memory is free, the task's owner is told. */
  #finish(transfer: InitiatorTransfer): void {
    const { protectionDomain } = this.#queuePair;
    const { readRegion, writeRegion } = transfer;
    if (readRegion === undefined && writeRegion === undefined) {
      this.#giveBack(transfer);
      return;
    }
    if (readRegion !== undefined) protectionDomain.deregister(readRegion);
    if (writeRegion !== undefined) protectionDomain.deregister(writeRegion);
  }

  #giveBackIfFree(transfer: InitiatorTransfer): void {
    if (transfer.state !== "moving" && !transfer.holdsMemory) this.#giveBack(transfer);
  }

  #giveBack(transfer: InitiatorTransfer): void {
    const { task, state, response } = transfer;
    this.#transfers.close(transfer);
    if (state === "releasing") {
      this.#user.onReleased(task);
      return;
    }
    this.#user.onResponse(task, response);
    response.sense = noSense;
  }

  /** The connection is of no more use: said once, and everything lent comes back. */
  #fault(error: ProtocolError): void {
    if (!this.#live) return;
    this.#live = false;
    this.#queuePair.disconnect("reset");
    this.#user.onFault(error);
    this.#releaseAll();
  }
}

const noSense = new Uint8Array(0);

/** The first `length` bytes; without a new view of them when that is all. */
function partOf(data: Uint8Array | undefined, length: number): Uint8Array | undefined {
  if (data === undefined || length === 0) return undefined;
  return length === data.length ? data : data.subarray(0, length);
}
