import type { Duration, Instant } from "kit/clock";
import { type ByteStreamCore, type Crc32c, fastestCrc32c } from "#bytes";
import {
  type DatamoverCounters,
  DataOutField,
  DataOutFlag,
  InitiatorOpcode,
  loginPhaseParameters,
  ProtocolError,
  reservedTag,
  ScsiCommandField,
  ScsiCommandFlag,
  type TargetDatamover,
  type TargetDatamoverUser,
  type TargetTask,
  type TaskResponse,
  type TransferParameters,
} from "#iscsi";
import { PduReceiver, type PduSink } from "./pdu-receiver.ts";
import { PduSender } from "./pdu-sender.ts";
import { TagTable } from "./tag-table.ts";
import { TargetPduWriter } from "./target-pdu-writer.ts";
import { type FetchDone, TargetTransfer, TargetTransferPool } from "./target-transfer.ts";
import { defaultStallMs, outputBatchBytes, type TcpDatamoverOptions } from "./tcp-datamover-options.ts";

/** A read takes a whole burst of small requests; segments of write data are rarely long enough for anything else to pay. */
const bulkReadBytes = 256 * 1024;

/** iSCSI over TCP, the target's half (RFC 7143): commands and Data-Out in, R2T, Data-In and SCSI Response out. */
export class TcpTargetDatamover implements TargetDatamover, ByteStreamCore, PduSink {
  readonly transport = "tcp";
  readonly bulkReadBytes = bulkReadBytes;
  readonly counters: DatamoverCounters = {
    bytesReceived: 0,
    bytesSent: 0,
    pdusReceived: 0,
    pdusSent: 0,
    payloadBytes: 0,
    payloadBytesCopied: 0,
  };

  #user!: TargetDatamoverUser;
  #parameters: TransferParameters = loginPhaseParameters;
  readonly #receiver: PduReceiver;
  readonly #sender: PduSender<TargetTransfer>;
  readonly #writer: TargetPduWriter;
  /** Tasks that the initiator may still send data for. */
  readonly #transfers = new TagTable<TargetTransfer>();
  readonly #pool = new TargetTransferPool();
  /** Responses whose data is not all on the stream, in the order in which they go out. */
  #responding: TargetTransfer[] = [];
  /** The transfer whose command or Data-Out is arriving. */
  #current: TargetTransfer | undefined;
  /** The transfer that ended while its memory was in the shell's hands. */
  #releasing: TargetTransfer | undefined;

  /** False after a fault and after the end of the stream: nothing is taken any more. */
  #live = true;
  #wake: () => void = () => {};
  #wantsClose: "end" | "reset" | undefined;

  readonly #stallMs: Duration;
  #lastProgress: Instant = 0;

  constructor(options: TcpDatamoverOptions = {}) {
    const crc32c: Crc32c = options.crc32c ?? fastestCrc32c();
    this.#stallMs = options.stallMs ?? defaultStallMs;
    this.#receiver = new PduReceiver(this, crc32c, this.counters, loginPhaseParameters);
    this.#sender = new PduSender(crc32c, this.counters, (transfer) => this.#finishIfFree(transfer));
    this.#writer = new TargetPduWriter(this.#sender);
  }

  // ----------------------------------------------------------------------------------------------------------- TargetDatamover

  attach(user: TargetDatamoverUser): void {
    this.#user = user;
    this.#writer.attach(user);
  }

  enable(parameters: TransferParameters): void {
    this.#parameters = parameters;
    this.#writer.parameters = parameters;
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

  fetch(task: TargetTask, length: number, done: FetchDone): void {
    const transfer = transferOf(task);
    if (transfer === undefined || !this.#live) {
      done({ reason: "closed" });
      return;
    }
    if (transfer.fetchDone !== undefined) throw new Error("fetch: one is outstanding for this task");
    if (length > (task.dataOut?.length ?? 0)) throw new RangeError(`fetch: ${length} bytes into ${task.dataOut?.length ?? 0}`);
    transfer.fetchEnd = Math.min(length, task.expectedDataOut);
    transfer.fetchDone = done;
    this.#continueFetch(transfer);
  }

  respond(task: TargetTask, response: TaskResponse, data: Uint8Array | undefined, done: () => void): void {
    const transfer = transferOf(task);
    if (transfer === undefined || !this.#live) {
      done();
      return;
    }
    if (data !== undefined && data.length > task.expectedDataIn) {
      throw new RangeError(`respond: ${data.length} bytes where the initiator expects ${task.expectedDataIn}`);
    }
    this.#closeInput(transfer);
    const kept = transfer.response;
    kept.response = response.response;
    kept.status = response.status;
    kept.residual = response.residual;
    kept.sense = response.sense.length === 0 ? response.sense : new Uint8Array(response.sense);
    transfer.respondDone = done;
    transfer.sequenceEnd = this.#parameters.maxBurstLength;
    if (data !== undefined && data.length > 0) {
      transfer.data = data;
      this.#responding.push(transfer);
    } else {
      this.#writer.writeResponse(transfer);
    }
    this.#wake();
  }

  release(task: TargetTask, done: () => void): void {
    const transfer = transferOf(task);
    if (transfer === undefined) {
      done();
      return;
    }
    transfer.releaseDone = done;
    this.#release(transfer, "released");
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
  }

  placement(): Uint8Array | undefined {
    return this.#receiver.placement();
  }

  placed(count: number, now: Instant): void {
    this.#lastProgress = now;
    this.#receiver.placed(count);
    this.#finishReleasing();
  }

  takeOutput(): readonly Uint8Array[] {
    while (this.#live && this.#sender.queuedBytes < outputBatchBytes) {
      const transfer = this.#responding[0];
      if (transfer === undefined) break;
      if (this.#writer.writeDataIn(transfer)) this.#responding.shift();
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
    this.onFault(
      new ProtocolError("timeout", `the initiator stopped in the middle of a PDU and sent nothing for ${this.#stallMs / 1000} s`),
    );
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
    if (this.#receiver.opcode === InitiatorOpcode.scsiCommand) this.#beginCommand();
    else if (this.#receiver.opcode === InitiatorOpcode.dataOut) this.#beginDataOut();
  }

  onPdu(data: Uint8Array, intact: boolean): void {
    const { opcode } = this.#receiver;
    const transfer = this.#current;
    this.#current = undefined;
    if (opcode === InitiatorOpcode.scsiCommand) {
      if (transfer !== undefined) this.#endCommand(transfer, intact);
    } else if (opcode === InitiatorOpcode.dataOut) {
      if (transfer !== undefined) this.#endDataOut(transfer, intact);
    } else if (intact) {
      this.#user.onControl(this.#receiver.bhs, data);
    } else {
      throw new ProtocolError("data-digest", "the data digest of a PDU does not match: text is damaged (RFC 7143, 7.8)");
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

  // -------------------------------------------------------------------------------------------------------------- SCSI Command

  #beginCommand(): void {
    const { view, dataLength } = this.#receiver;
    const tag = view.getUint32(ScsiCommandField.initiatorTaskTag);
    const flags = view.getUint8(ScsiCommandField.flags);
    const writes = (flags & ScsiCommandFlag.write) !== 0;
    const expectedLength = writes ? view.getUint32(ScsiCommandField.expectedDataTransferLength) : 0;
    const unsolicitedEnd = Math.min(this.#parameters.firstBurstLength, expectedLength);
    const unsolicited = writes && (flags & ScsiCommandFlag.final) === 0;
    this.#checkCommand(tag, dataLength, unsolicitedEnd, unsolicited);

    const task = this.#user.onCommand(this.#receiver.bhs, this.#receiver.ahs, dataLength);
    if (task === undefined) {
      this.#receiver.skipData();
      return;
    }
    const transfer = this.#pool.take();
    transfer.start(task, tag, unsolicited, unsolicitedEnd);
    task.moverState = transfer;
    this.#transfers.add(transfer);
    this.#current = transfer;
    this.#place(transfer, 0, dataLength);
  }

  #checkCommand(tag: number, immediate: number, unsolicitedEnd: number, unsolicited: boolean): void {
    if (tag === reservedTag) throw new ProtocolError("tag", "SCSI Command with the reserved task tag (RFC 7143, 11.2.1.8)");
    if (this.#transfers.find(tag) !== undefined) {
      throw new ProtocolError(
        "tag",
        `SCSI Command with the task tag 0x${tag.toString(16).padStart(8, "0")} of a task that is not over (RFC 7143, 11.2.1.8)`,
      );
    }
    if (immediate > 0 && !this.#parameters.immediateData) {
      throw new ProtocolError("field", "SCSI Command with immediate data though ImmediateData=No was agreed (RFC 7143, 13.11)");
    }
    if (immediate > unsolicitedEnd) {
      throw new ProtocolError(
        "field",
        `SCSI Command with ${immediate} bytes of immediate data where ${unsolicitedEnd} are allowed (RFC 7143, 13.14)`,
      );
    }
    if (unsolicited && this.#parameters.initialR2T) {
      throw new ProtocolError("field", "SCSI Command that announces unsolicited data though InitialR2T=Yes was agreed (RFC 7143, 13.10)");
    }
  }

  #endCommand(transfer: TargetTransfer, intact: boolean): void {
    transfer.received = this.#receiver.dataLength;
    if (!intact) transfer.failure = "data-digest";
    if (!transfer.unsolicited) this.#user.onCommandReady(transfer.task);
  }

  /** Sends the data of the current PDU where it belongs, as far as the target has room for it. */
  #place(transfer: TargetTransfer, offset: number, length: number): void {
    const wanted = transfer.failure === undefined ? transfer.wanted(offset, length) : 0;
    if (wanted > 0) this.#receiver.placeData(transfer.task.dataOut!, offset, wanted);
    else this.#receiver.skipData();
  }

  // ------------------------------------------------------------------------------------------------------------------ Data-Out

  #beginDataOut(): void {
    const { view, dataLength } = this.#receiver;
    // Data for a task that was refused, answered or aborted is still on its way and concerns nobody.
    const transfer = this.#transfers.find(view.getUint32(DataOutField.initiatorTaskTag));
    this.#current = transfer;
    if (transfer === undefined) {
      this.#receiver.skipData();
      return;
    }
    const offset = view.getUint32(DataOutField.bufferOffset);
    transfer.acceptDataOut(view.getUint32(DataOutField.targetTransferTag), view.getUint32(DataOutField.dataSn), offset, dataLength);
    this.#place(transfer, offset, dataLength);
  }

  #endDataOut(transfer: TargetTransfer, intact: boolean): void {
    if (!intact) transfer.failure ??= "data-digest";
    if (transfer.failure === undefined) transfer.received += this.#receiver.dataLength;
    const wasUnsolicited = transfer.unsolicited;
    if ((this.#receiver.view.getUint8(DataOutField.flags) & DataOutFlag.final) !== 0) transfer.endSequence(this.#parameters);
    if (wasUnsolicited && !transfer.unsolicited) this.#user.onCommandReady(transfer.task);
    if (transfer.open) this.#continueFetch(transfer);
  }

  #continueFetch(transfer: TargetTransfer): void {
    const { fetchDone } = transfer;
    if (fetchDone === undefined || transfer.unsolicited) return;
    if (transfer.failure !== undefined) this.#endFetch(transfer, { reason: transfer.failure });
    else if (transfer.received >= transfer.fetchEnd) this.#endFetch(transfer, undefined);
    else {
      this.#writer.writeR2ts(transfer);
      this.#wake();
    }
  }

  #endFetch(transfer: TargetTransfer, failure: Parameters<FetchDone>[0]): void {
    const { fetchDone } = transfer;
    transfer.fetchDone = undefined;
    fetchDone?.(failure);
  }

  // ---------------------------------------------------------------------------------------------------------------------- tasks

  /** No more data of the task is taken: what still comes is thrown away. */
  #closeInput(transfer: TargetTransfer): void {
    if (!transfer.open) return;
    transfer.open = false;
    this.#transfers.remove(transfer);
    if (transfer !== this.#current) return;
    this.#current = undefined;
    this.#receiver.skipData();
    if (this.#receiver.placementLent) this.#releasing = transfer;
  }

  #release(transfer: TargetTransfer, reason: "released" | "closed"): void {
    this.#closeInput(transfer);
    if (transfer.data.length > 0) this.#responding = this.#responding.filter((other) => other !== transfer);
    transfer.releaseDone ??= nothingToDo;
    if (transfer.fetchDone !== undefined) this.#endFetch(transfer, { reason });
    this.#finishIfFree(transfer);
  }

  #releaseAll(): void {
    const responding = this.#responding;
    this.#responding = [];
    for (const transfer of responding) this.#release(transfer, "closed");
    for (const transfer of this.#transfers.all()) this.#release(transfer, "closed");
    this.#finishReleasing();
  }

  #finishReleasing(): void {
    const transfer = this.#releasing;
    if (transfer === undefined || this.#receiver.placementLent) return;
    this.#releasing = undefined;
    this.#finishIfFree(transfer);
  }

  /** Ends the transfer, if it is over and nothing touches its memory any more. */
  #finishIfFree(transfer: TargetTransfer): void {
    if (transfer.open || transfer.piecesUnderWay > 0 || transfer === this.#releasing) return;
    const { task, respondDone, releaseDone } = transfer;
    if (releaseDone === undefined && transfer.sent < transfer.data.length) return;
    transfer.respondDone = undefined;
    transfer.releaseDone = undefined;
    task.moverState = undefined;
    this.#pool.give(transfer);
    respondDone?.();
    releaseDone?.();
  }
}

function nothingToDo(): void {}

function transferOf(task: TargetTask): TargetTransfer | undefined {
  return task.moverState instanceof TargetTransfer && task.moverState.task === task ? task.moverState : undefined;
}
