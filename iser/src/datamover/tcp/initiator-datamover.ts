import type { Duration, Instant } from "kit/clock";
import { type ByteStreamCore, fastestCrc32c } from "#bytes";
import {
  checkDataInFlags,
  checkR2t,
  DataInField,
  DataInFlag,
  type DatamoverCounters,
  DataOutField,
  type InitiatorDatamover,
  type InitiatorDatamoverUser,
  InitiatorOpcode,
  type InitiatorTask,
  loginPhaseParameters,
  ProtocolError,
  R2tField,
  ResidualFlag,
  reservedTag,
  residualOf,
  ScsiCommandField,
  ScsiCommandFlag,
  ScsiResponseField,
  TargetOpcode,
  type TransferParameters,
  viewSense,
} from "#iscsi";
import { TransferTable } from "../transfer-table.ts";
import { AwaitedAnswers } from "./awaited-answers.ts";
import { type DataOutBurst, DataOutBursts } from "./data-out-bursts.ts";
import { InitiatorTransfer } from "./initiator-transfer.ts";
import { PduReceiver, type PduSink } from "./pdu-receiver.ts";
import { PduSender } from "./pdu-sender.ts";
import { defaultStallMs, outputBatchBytes, type TcpDatamoverOptions } from "./tcp-datamover-options.ts";

/** iSCSI over TCP, the initiator's half (RFC 7143): commands out, Data-In, R2T and SCSI Response in. */
export class TcpInitiatorDatamover implements InitiatorDatamover, ByteStreamCore, PduSink {
  readonly transport = "tcp";
  readonly statusReach = 0;
  readonly counters: DatamoverCounters = {
    bytesReceived: 0,
    bytesSent: 0,
    pdusReceived: 0,
    pdusSent: 0,
    payloadBytes: 0,
    payloadBytesCopied: 0,
  };

  #user!: InitiatorDatamoverUser;
  #parameters: TransferParameters = loginPhaseParameters;
  readonly #receiver: PduReceiver;
  readonly #sender: PduSender<InitiatorTransfer>;
  readonly #transfers = new TransferTable(() => new InitiatorTransfer());
  readonly #bursts = new DataOutBursts();
  /** The transfer whose Data-In, R2T or response is arriving. */
  #current: InitiatorTransfer | undefined;
  /** The transfer that was released while its memory was in the shell's hands. */
  #releasing: InitiatorTransfer | undefined;

  /** False after a fault and after the end of the stream: nothing is taken any more. */
  #live = true;
  #wake: () => void = () => {};
  #wantsClose: "end" | "reset" | undefined;

  readonly #stallMs: Duration;
  #lastProgress: Instant = 0;
  readonly #awaited = new AwaitedAnswers();

  constructor(options: TcpDatamoverOptions = {}) {
    const crc32c = options.crc32c ?? fastestCrc32c();
    this.#stallMs = options.stallMs ?? defaultStallMs;
    this.#receiver = new PduReceiver(this, crc32c, this.counters, loginPhaseParameters);
    this.#sender = new PduSender(crc32c, this.counters, (transfer) => this.#giveBackIfFree(transfer));
  }

  // -------------------------------------------------------------------------------------------------------- InitiatorDatamover

  attach(user: InitiatorDatamoverUser): void {
    this.#user = user;
  }

  enable(parameters: TransferParameters): void {
    this.#parameters = parameters;
    this.#receiver.configure(parameters);
    this.#sender.configure(parameters);
  }

  sendControl(bhs: Uint8Array, data?: Uint8Array): void {
    if (!this.#live) return;
    const at = this.#sender.begin(bhs, undefined, data === undefined ? 0 : data.length);
    this.#sender.seal(at);
    if (data !== undefined) this.#sender.text(data);
    this.#wake();
  }

  /** After a fault or the end of the stream the task comes back at once, by `onReleased`. */
  sendCommand(task: InitiatorTask): void {
    if (!this.#live) {
      this.#user.onReleased(task);
      return;
    }
    const transfer = this.#transfers.open(task);
    task.moverState = transfer;
    this.#awaited.sent(transfer);
    const parameters = this.#parameters;
    const { dataOut } = task;
    const unsolicited = dataOut === undefined ? 0 : Math.min(dataOut.length, parameters.firstBurstLength);
    const immediate = parameters.immediateData ? Math.min(unsolicited, parameters.maxSendDataSegmentLength) : 0;
    const more = !parameters.initialR2T && immediate < unsolicited;

    const at = this.#sender.begin(task.bhs, task.ahs, immediate);
    if (more) this.#sender.bytes[at + ScsiCommandField.flags]! &= ~ScsiCommandFlag.final;
    else this.#sender.bytes[at + ScsiCommandField.flags]! |= ScsiCommandFlag.final;
    this.#sender.seal(at);
    if (dataOut !== undefined) this.#sender.payload(dataOut, 0, immediate, transfer);
    if (more) this.#bursts.add(transfer, reservedTag, immediate, unsolicited);
    this.#wake();
  }

  release(task: InitiatorTask): void {
    const transfer = task.moverState;
    if (!(transfer instanceof InitiatorTransfer) || transfer.task !== task || transfer.tag !== task.initiatorTaskTag) return;
    this.#release(transfer);
  }

  close(how: "end" | "reset"): void {
    if (this.#wantsClose === "reset") return;
    this.#wantsClose = how;
    if (how === "reset") this.#receiver.stop();
    this.#wake();
  }

  // ------------------------------------------------------------------------------------------------------------ ByteStreamCore

  opened(wake: () => void, now: Instant): void {
    this.#wake = wake;
    this.#lastProgress = now;
    this.#user.onOpen();
  }

  receive(chunk: Uint8Array, now: Instant): void {
    this.#lastProgress = now;
    this.#receiver.receive(chunk);
    this.#finishReleasing();
    this.#awaited.readHandled(now);
  }

  placement(): Uint8Array | undefined {
    return this.#receiver.placement();
  }

  placed(count: number, now: Instant): void {
    this.#lastProgress = now;
    this.#receiver.placed(count);
    this.#finishReleasing();
    this.#awaited.readHandled(now);
  }

  get bulkReadBytes(): number {
    return this.#awaited.bulkReadBytes;
  }

  get restMs(): Duration {
    return this.#awaited.restMs;
  }

  takeOutput(): readonly Uint8Array[] {
    if (!this.#live) return this.#sender.take();
    for (let burst = this.#bursts.first; burst !== undefined; burst = this.#bursts.first) {
      if (this.#sender.queuedBytes >= outputBatchBytes) break;
      this.#sendDataOut(burst);
    }
    return this.#sender.take();
  }

  outputSent(_now: Instant): void {
    this.#sender.sent();
  }

  deadline(): Instant | undefined {
    return this.#live && this.#stallMs > 0 && this.#receiver.midPdu ? this.#lastProgress + this.#stallMs : undefined;
  }

  timeout(now: Instant): void {
    const deadline = this.deadline();
    if (deadline === undefined || now < deadline) return;
    this.onFault(new ProtocolError("timeout", `the target stopped in the middle of a PDU and sent nothing for ${this.#stallMs / 1000} s`));
  }

  get wantsClose(): "end" | "reset" | undefined {
    return this.#wantsClose;
  }

  closed(cause: Error | undefined, _now: Instant): void {
    this.#live = false;
    this.#receiver.closed();
    this.#sender.abandon();
    this.#releaseAll();
    this.#user.onClosed(cause);
  }

  // ------------------------------------------------------------------------------------------------------------------- PduSink

  onHeader(): void {
    this.#current = undefined;
    switch (this.#receiver.opcode) {
      case TargetOpcode.dataIn:
        this.#beginDataIn();
        return;
      case TargetOpcode.r2t:
        this.#current = this.#find("R2T");
        return;
      case TargetOpcode.scsiResponse:
        this.#current = this.#find("SCSI Response");
        return;
    }
  }

  onPdu(data: Uint8Array, intact: boolean): void {
    if (!intact) throw new ProtocolError("data-digest", "the data digest of a PDU does not match: data is damaged (RFC 7143, 7.8)");
    switch (this.#receiver.opcode) {
      case TargetOpcode.dataIn:
        this.#endDataIn();
        return;
      case TargetOpcode.r2t:
        this.#endR2t(data);
        return;
      case TargetOpcode.scsiResponse:
        this.#endScsiResponse(data);
        return;
      default:
        this.#user.onControl(this.#receiver.bhs, data);
    }
  }

  onFault(error: ProtocolError): void {
    if (!this.#live) return;
    this.#live = false;
    this.#receiver.stop();
    this.#wantsClose = "reset";
    this.#wake();
    this.#user.onFault(error);
    this.#releaseAll();
  }

  // ------------------------------------------------------------------------------------------------------------------- Data-In

  #beginDataIn(): void {
    const { view, dataLength } = this.#receiver;
    checkDataInFlags(view.getUint8(DataInField.flags));
    const transfer = this.#find("Data-In");
    this.#current = transfer;
    if (transfer === undefined) {
      this.#receiver.skipData();
      return;
    }
    const offset = view.getUint32(DataInField.bufferOffset);
    transfer.acceptDataIn(view.getUint32(DataInField.dataSn), offset, dataLength);
    if (dataLength === 0) return;
    this.#receiver.placeData(transfer.task.dataIn!, offset, dataLength);
    this.#awaited.segment(transfer, dataLength);
  }

  #endDataIn(): void {
    const { view } = this.#receiver;
    const flags = view.getUint8(DataInField.flags);
    this.#user.onCommandWindow(view.getUint32(DataInField.expCmdSn), view.getUint32(DataInField.maxCmdSn));
    if ((flags & DataInFlag.status) !== 0) this.#user.onStatSn(view.getUint32(DataInField.statSn), true);
    const transfer = this.#takeCurrent();
    if (transfer === undefined || (flags & DataInFlag.status) === 0) return;
    const status = view.getUint8(DataInField.status);
    this.#respond(transfer, 0, status, residualOf(flags, view.getUint32(DataInField.residualCount)), noSense);
  }

  // ----------------------------------------------------------------------------------------------------------------------- R2T

  #endR2t(data: Uint8Array): void {
    if (data.length > 0) throw new ProtocolError("framing", "R2T with a data segment (RFC 7143, 11.8)");
    const { view } = this.#receiver;
    this.#user.onCommandWindow(view.getUint32(R2tField.expCmdSn), view.getUint32(R2tField.maxCmdSn));
    this.#user.onStatSn(view.getUint32(R2tField.statSn), false);
    const transfer = this.#takeCurrent();
    if (transfer === undefined) return;
    const targetTransferTag = view.getUint32(R2tField.targetTransferTag);
    const offset = view.getUint32(R2tField.bufferOffset);
    const length = view.getUint32(R2tField.desiredDataTransferLength);
    checkR2t(targetTransferTag, length);
    transfer.acceptR2t(view.getUint32(R2tField.r2tSn), offset, length, this.#parameters);
    this.#bursts.add(transfer, targetTransferTag, offset, offset + length);
    this.#wake();
  }

  /** The next Data-Out of a burst. */
  #sendDataOut(burst: DataOutBurst): void {
    const { transfer, offset } = burst;
    const { task } = transfer;
    const end = Math.min(burst.end, offset + this.#parameters.maxSendDataSegmentLength);
    const last = end === burst.end;
    const at = this.#sender.beginEmpty(InitiatorOpcode.dataOut, last ? ScsiCommandFlag.final : 0, end - offset);
    const { bytes, view } = this.#sender;
    // The LUN is required with an R2T's tag and reserved without; field targets expect it in both, so it is always there.
    for (let i = 0; i < 8; i++) bytes[at + DataOutField.lun + i] = task.bhs[ScsiCommandField.lun + i]!;
    view.setUint32(at + DataOutField.initiatorTaskTag, transfer.tag);
    view.setUint32(at + DataOutField.targetTransferTag, burst.targetTransferTag);
    view.setUint32(at + DataOutField.expStatSn, this.#user.expStatSn);
    view.setUint32(at + DataOutField.dataSn, burst.dataSn);
    view.setUint32(at + DataOutField.bufferOffset, offset);
    this.#sender.seal(at);
    this.#sender.payload(task.dataOut!, offset, end, transfer);
    burst.dataSn++;
    burst.offset = end;
    if (!last) return;
    if (burst.targetTransferTag !== reservedTag) transfer.openR2ts--;
    this.#bursts.finishFirst();
  }

  // ------------------------------------------------------------------------------------------------------------- SCSI Response

  #endScsiResponse(data: Uint8Array): void {
    const { view } = this.#receiver;
    const flags = view.getUint8(ScsiResponseField.flags);
    if ((flags & ResidualFlag.overflow) !== 0 && (flags & ResidualFlag.underflow) !== 0) {
      throw new ProtocolError("field", "SCSI Response with both overflow and underflow (RFC 7143, 11.4.1)");
    }
    const response = view.getUint8(ScsiResponseField.response);
    const status = view.getUint8(ScsiResponseField.status);
    const residual = residualOf(flags, view.getUint32(ScsiResponseField.residualCount));
    // A failed target may put anything behind a response code other than 0; sense comes with 0 only.
    const sense = response === 0 ? viewSense(data) : noSense;
    this.#user.onCommandWindow(view.getUint32(ScsiResponseField.expCmdSn), view.getUint32(ScsiResponseField.maxCmdSn));
    this.#user.onStatSn(view.getUint32(ScsiResponseField.statSn), true);
    const transfer = this.#takeCurrent();
    if (transfer !== undefined) this.#respond(transfer, response, status, residual, sense);
  }

  #respond(transfer: InitiatorTransfer, response: number, status: number, residual: number, sense: Uint8Array): void {
    const kept = transfer.response;
    kept.response = response;
    kept.status = status;
    kept.residual = response === 0 ? transfer.residualOf(status, residual) : residual;
    this.#bursts.drop(transfer);
    transfer.state = "responding";
    // What waits outlives the bytes that the sense data was received in.
    kept.sense = transfer.piecesUnderWay > 0 ? new Uint8Array(sense) : sense;
    this.#giveBackIfFree(transfer);
  }

  // ---------------------------------------------------------------------------------------------------------------------- tasks

  #find(what: string): InitiatorTransfer | undefined {
    return this.#transfers.find(this.#receiver.view.getUint32(DataInField.initiatorTaskTag), what);
  }

  /** The transfer of the PDU that just ended, unless it was released meanwhile. */
  #takeCurrent(): InitiatorTransfer | undefined {
    const transfer = this.#current;
    this.#current = undefined;
    return this.#live && transfer?.state === "moving" ? transfer : undefined;
  }

  #release(transfer: InitiatorTransfer): void {
    this.#bursts.drop(transfer);
    transfer.state = "releasing";
    if (transfer === this.#current) {
      this.#current = undefined;
      this.#receiver.skipData();
      if (this.#receiver.placementLent) this.#releasing = transfer;
    }
    this.#giveBackIfFree(transfer);
  }

  #releaseAll(): void {
    for (const transfer of this.#transfers.all()) this.#release(transfer);
    this.#finishReleasing();
  }

  #finishReleasing(): void {
    const transfer = this.#releasing;
    if (transfer === undefined || this.#receiver.placementLent) return;
    this.#releasing = undefined;
    this.#giveBackIfFree(transfer);
  }

  /** Ends the transfer, if it is over and nothing touches its memory any more. */
  #giveBackIfFree(transfer: InitiatorTransfer): void {
    if (transfer.state === "moving" || transfer.piecesUnderWay > 0 || transfer === this.#releasing) return;
    const { task, state } = transfer;
    this.#awaited.ended(transfer);
    this.#transfers.close(transfer);
    task.moverState = undefined;
    if (state === "releasing") {
      this.#user.onReleased(task);
      return;
    }
    this.#user.onResponse(task, transfer.response);
    transfer.response.sense = noSense; // received bytes must not outlive the callback in a spare slot
  }
}

const noSense = new Uint8Array(0);
