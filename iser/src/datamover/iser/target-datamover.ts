import {
  bhsLength,
  type DatamoverCounters,
  type FetchFailure,
  InitiatorOpcode,
  loginPhaseParameters,
  opcodeOf,
  ProtocolError,
  reservedTag,
  ScsiCommandField,
  ScsiCommandFlag,
  senseSegment,
  type TargetDatamover,
  type TargetDatamoverUser,
  type TargetTask,
  type TaskResponse,
  type TransferParameters,
  writeScsiResponse,
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
import { TagTable } from "../tcp/tag-table.ts";
import { connectionData, supportsRemoteInvalidation } from "./connection-data.ts";
import { ControlSender } from "./control-sender.ts";
import { IserField, IserFlag } from "./iser-header.ts";
import type { IserReceive } from "./iser-receive.ts";
import { MoverCounters } from "./mover-counters.ts";
import { controlDataBytes, ReceiveCredits } from "./receive-credits.ts";
import { type FetchDone, TargetTransfer } from "./target-transfer.ts";

/** Receives beyond the command window: immediate commands, task management, pings. */
const immediateReceives = 24;

/**
 * iSER, the target's half (RFC 7145): read data is written into the initiator's memory, write data read from it, and neither shows in a PDU. A status may overtake
 * nothing: the Send that carries it is posted behind the RDMA Write of its data.
 */
export class IserTargetDatamover implements TargetDatamover, QueuePairUser {
  readonly transport = "iser";
  readonly #queuePair: QueuePair;
  readonly #credits: ReceiveCredits;
  readonly #sender: ControlSender;
  readonly #counters: MoverCounters;
  readonly #transfers = new TagTable<TargetTransfer>();
  readonly #spare: TargetTransfer[] = [];
  readonly #bhs = new Uint8Array(bhsLength);
  #user!: TargetDatamoverUser;
  #parameters: TransferParameters = loginPhaseParameters;
  #remoteInvalidation = false;
  #live = true;

  constructor(queuePair: QueuePair) {
    this.#queuePair = queuePair;
    this.#credits = new ReceiveCredits(queuePair, controlDataBytes);
    this.#sender = new ControlSender(queuePair);
    this.#counters = new MoverCounters(queuePair);
    queuePair.attach(this);
  }

  get counters(): DatamoverCounters {
    return this.#counters.snapshot(this.#sender.pdusSent);
  }

  // ----------------------------------------------------------------------------------------------------------- TargetDatamover

  attach(user: TargetDatamoverUser): void {
    this.#user = user;
  }

  enable(parameters: TransferParameters): void {
    this.#parameters = parameters;
  }

  sendControl(bhs: Uint8Array, data?: Uint8Array): void {
    if (!this.#live) return;
    this.#postForWindow();
    this.#sender.begin(bhs);
    this.#sender.send(data);
  }

  fetch(task: TargetTask, length: number, done: FetchDone): void {
    const transfer = transferOf(task);
    if (transfer === undefined || !this.#live) {
      done({ reason: "closed" });
      return;
    }
    const end = Math.min(length, task.dataOut?.length ?? 0);
    if (transfer.received >= end) {
      done(undefined);
      return;
    }
    if (!transfer.readable) {
      done({ reason: "sequence" });
      return;
    }
    transfer.fetchDone = done;
    transfer.fetchEnd = end;
    this.#readRest(transfer);
  }

  respond(task: TargetTask, response: TaskResponse, data: Uint8Array | undefined, done: () => void): void {
    const transfer = transferOf(task);
    if (transfer === undefined || !this.#live) {
      done();
      return;
    }
    this.#close(transfer);
    transfer.respondDone = done;
    if (data !== undefined && data.length > 0) this.#writeData(transfer, data);
    this.#sendResponse(transfer, response);
    this.#finishIfFree(transfer);
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
    this.#queuePair.disconnect(how);
  }

  // ------------------------------------------------------------------------------------------------------------- QueuePairUser

  onConnectRequest(privateData: Uint8Array): void {
    this.#remoteInvalidation = supportsRemoteInvalidation(privateData);
    this.#credits.ensure(immediateReceives);
    this.#queuePair.accept(connectionData({ remoteInvalidation: this.#remoteInvalidation }));
  }

  onEstablished(): void {
    this.#user.onOpen();
  }

  onReceive(request: ReceiveRequest, status: CompletionStatus): void {
    const receive = request as IserReceive;
    if (status === "completed" && this.#live) this.#handle(receive);
    this.#credits.returned(receive);
    if (this.#live) this.#postForWindow();
  }

  onCompletion(request: WorkRequest, status: CompletionStatus): void {
    const transfer = request.context;
    if (!(transfer instanceof TargetTransfer)) return;
    if (request === transfer.write) {
      transfer.writing = false;
      transfer.write.pieces.pop();
      this.#finishIfFree(transfer);
      return;
    }
    transfer.fetched = status === "completed";
    if (transfer.sink !== undefined) this.#queuePair.protectionDomain.deregister(transfer.sink);
  }

  onDeregistered(region: MemoryRegion): void {
    const transfer = region.context;
    if (!(transfer instanceof TargetTransfer) || transfer.sink !== region) return;
    transfer.sink = undefined;
    if (transfer.open && transfer.fetched) {
      transfer.received = transfer.fetchEnd;
      this.#endFetch(transfer, undefined);
    } else this.#finishIfFree(transfer);
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
      if (opcode === InitiatorOpcode.scsiCommand) this.#beginCommand(receive);
      else if (opcode === InitiatorOpcode.dataOut) {
        throw new ProtocolError("opcode", "Data-Out over iSER though InitialR2T=Yes was agreed (RFC 7145, 7.3.4)");
      } else if (receive.flags !== 0) {
        throw new ProtocolError("rdma", "an STag with a PDU that is no SCSI Command (RFC 7145, 7.3.1)");
      } else this.#user.onControl(receive.bhs, receive.data);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#fault(error);
    }
  }

  #beginCommand(receive: IserReceive): void {
    const { view, bhs, dataLength } = receive;
    const tag = view.getUint32(ScsiCommandField.initiatorTaskTag);
    this.#checkCommand(tag, view, dataLength);
    const task = this.#user.onCommand(bhs, receive.ahs, dataLength);
    if (task === undefined) return;
    const transfer = this.#spare.pop() ?? new TargetTransfer();
    transfer.start(task, tag, dataLength);
    this.#rememberStags(transfer, receive);
    task.moverState = transfer;
    this.#transfers.add(transfer);
    if (transfer.received > 0) {
      task.dataOut?.set(receive.data.subarray(0, transfer.received));
      this.#counters.immediateBytes += transfer.received;
    }
    this.#user.onCommandReady(task);
  }

  #checkCommand(tag: number, view: DataView, immediate: number): void {
    if (tag === reservedTag) throw new ProtocolError("tag", "SCSI Command with the reserved task tag (RFC 7143, 11.2.1.8)");
    if (this.#transfers.find(tag) !== undefined) {
      const hex = tag.toString(16).padStart(8, "0");
      throw new ProtocolError("tag", `SCSI Command with the task tag 0x${hex} of a task that is not over (RFC 7143, 11.2.1.8)`);
    }
    const flags = view.getUint8(ScsiCommandField.flags);
    const expected = view.getUint32(ScsiCommandField.expectedDataTransferLength);
    const allowed = (flags & ScsiCommandFlag.write) === 0 ? 0 : Math.min(this.#parameters.firstBurstLength, expected);
    if (immediate > 0 && (!this.#parameters.immediateData || immediate > allowed)) {
      throw new ProtocolError(
        "field",
        `SCSI Command with ${immediate} bytes of immediate data where ${this.#parameters.immediateData ? allowed : 0} are allowed`,
      );
    }
    if ((flags & ScsiCommandFlag.final) === 0) {
      throw new ProtocolError("field", "SCSI Command that announces unsolicited data though InitialR2T=Yes was agreed (RFC 7145, 7.3.4)");
    }
  }

  #rememberStags(transfer: TargetTransfer, { flags, iserView }: IserReceive): void {
    if ((flags & IserFlag.writeStagValid) !== 0) {
      transfer.readable = true;
      transfer.read.remoteStag = iserView.getUint32(IserField.writeStag);
      transfer.readOffsetHigh = iserView.getUint32(IserField.writeOffsetHigh);
      transfer.readOffsetLow = iserView.getUint32(IserField.writeOffsetLow);
      transfer.invalidateStag = transfer.read.remoteStag;
    }
    transfer.write.remoteStag = 0;
    if ((flags & IserFlag.readStagValid) !== 0) {
      transfer.write.remoteStag = iserView.getUint32(IserField.readStag);
      transfer.write.remoteOffsetHigh = iserView.getUint32(IserField.readOffsetHigh);
      transfer.write.remoteOffsetLow = iserView.getUint32(IserField.readOffsetLow);
      transfer.invalidateStag = transfer.write.remoteStag;
    }
  }

  // ------------------------------------------------------------------------------------------------------------------ data

  /** The rest of the write data in one RDMA Read, into the buffer itself. */
  #readRest(transfer: TargetTransfer): void {
    const { task, read, received } = transfer;
    const memory = task.dataOut?.subarray(received, transfer.fetchEnd);
    if (memory === undefined) return;
    const sink = this.#queuePair.protectionDomain.register(memory, AccessRight.none);
    sink.context = transfer;
    transfer.sink = sink;
    transfer.fetched = false;
    // The initiator's offset is where the data that did not come with the command begins.
    const low = transfer.readOffsetLow + (received - transfer.immediate);
    read.remoteOffsetLow = low >>> 0;
    read.remoteOffsetHigh = (transfer.readOffsetHigh + Math.floor(low / 2 ** 32)) >>> 0;
    read.sink = sink;
    read.sinkOffset = 0;
    read.length = memory.length;
    this.#queuePair.post(read);
  }

  #endFetch(transfer: TargetTransfer, failure: FetchFailure | undefined): void {
    const { fetchDone } = transfer;
    transfer.fetchDone = undefined;
    fetchDone?.(failure);
  }

  #writeData(transfer: TargetTransfer, data: Uint8Array): void {
    if (transfer.write.remoteStag === 0) {
      this.#fault(new ProtocolError("rdma", "a command that reads data came without a Read STag (RFC 7145, 7.3.5)"));
      return;
    }
    transfer.writing = true;
    transfer.write.pieces.push(data);
    this.#queuePair.post(transfer.write);
  }

  #sendResponse(transfer: TargetTransfer, { response, status, residual, sense }: TaskResponse): void {
    if (!this.#live) return;
    writeScsiResponse(
      {
        initiatorTaskTag: transfer.tag,
        response,
        status,
        residual,
        bidirectionalReadResidual: 0,
        expDataSn: 0,
        statSn: this.#user.takeStatSn(),
        expCmdSn: this.#user.expCmdSn,
        maxCmdSn: this.#user.maxCmdSn,
      },
      this.#bhs,
    );
    this.#postForWindow();
    this.#sender.begin(this.#bhs);
    this.#sender.send(senseSegment(sense), undefined, this.#remoteInvalidation ? transfer.invalidateStag : undefined);
  }

  /** As many receives as the window that is about to be told allows messages. */
  #postForWindow(): void {
    const open = (this.#user.maxCmdSn - this.#user.expCmdSn + 1) | 0;
    this.#credits.ensure(Math.max(0, open) + immediateReceives);
  }

  // ----------------------------------------------------------------------------------------------------------------- tasks

  #close(transfer: TargetTransfer): void {
    if (!transfer.open) return;
    transfer.open = false;
    this.#transfers.remove(transfer);
  }

  #release(transfer: TargetTransfer, reason: "released" | "closed"): void {
    this.#close(transfer);
    transfer.releaseDone ??= nothingToDo;
    if (transfer.sink !== undefined) this.#queuePair.protectionDomain.deregister(transfer.sink);
    if (transfer.fetchDone !== undefined) this.#endFetch(transfer, { reason });
    this.#finishIfFree(transfer);
  }

  #releaseAll(): void {
    for (const transfer of this.#transfers.all()) this.#release(transfer, "closed");
  }

  /** Ends the transfer, if it is over and nothing touches its memory any more. */
  #finishIfFree(transfer: TargetTransfer): void {
    const { task, respondDone, releaseDone } = transfer;
    if (transfer.open || !transfer.isFree || (respondDone === undefined && releaseDone === undefined)) return;
    transfer.respondDone = undefined;
    transfer.releaseDone = undefined;
    task.moverState = undefined;
    this.#spare.push(transfer);
    respondDone?.();
    releaseDone?.();
  }

  #fault(error: ProtocolError): void {
    if (!this.#live) return;
    this.#live = false;
    this.#queuePair.disconnect("reset");
    this.#user.onFault(error);
    this.#releaseAll();
  }
}

function nothingToDo(): void {}

function transferOf(task: TargetTask): TargetTransfer | undefined {
  return task.moverState instanceof TargetTransfer && task.moverState.task === task ? task.moverState : undefined;
}
