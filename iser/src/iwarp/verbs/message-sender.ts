import type { Crc32c } from "#bytes";
import { DdpControl, QueueNumber, TaggedField, taggedHeaderLength, UntaggedField, untaggedHeaderLength } from "../ddp/segment.ts";
import { ulpduLengthIn } from "../mpa/fpdu.ts";
import { FpduSender } from "../mpa/fpdu-sender.ts";
import type { ReadyToReceive } from "../mpa/mpa-agreement.ts";
import { Opcode, RdmapControl, sendOpcode } from "../rdmap/opcode.ts";
import { type ReadRequest, ReadRequestField, readRequestLength } from "../rdmap/read-request.ts";
import type { InboundRead } from "./inbound-read.ts";
import { OutboundMessage } from "./outbound-message.ts";
import type { QueuePairCounters } from "./queue-pair.ts";
import { Operation, type WorkRequest } from "./work-request.ts";

/** Segments are framed until this much waits for the socket; the rest follows when that is sent. */
const outputBatchBytes = 512 * 1024;

/** Messages kept when they are over; what a burst needed beyond that goes back to the collector. */
const messagesKept = 256;

/**
 * Turns messages into segments and FPDUs, one message after the other. A message is framed when there is room, so that a long one does not claim memory for
 * headers ahead of time, and a short one behind nothing at once.
 */
export class MessageSender {
  /** RDMA Read Responses that are promised and not completely in the shell's hands: until then the peer cannot have seen their end. */
  readResponsesDue = 0;
  #readResponsesFramed = 0;

  readonly #fpdus: FpduSender<OutboundMessage>;
  readonly #counters: QueuePairCounters;
  readonly #maxUlpduLength: number;
  readonly #onOver: (message: OutboundMessage) => void;
  #isOpen = false;
  #messages: OutboundMessage[] = [];
  readonly #spare: OutboundMessage[] = [];
  /** The next message number of each untagged queue. */
  readonly #nextNumbers = [1, 1, 1];

  /** `onOver` is called once for each message that was posted, when it is out or dropped and nothing refers to its memory. */
  constructor(crc32c: Crc32c, counters: QueuePairCounters, fpduBytes: number, onOver: (message: OutboundMessage) => void) {
    this.#fpdus = new FpduSender(crc32c, counters, (message) => this.#endIfFree(message));
    this.#counters = counters;
    this.#maxUlpduLength = ulpduLengthIn(fpduBytes);
    this.#onOver = onOver;
  }

  configure(crcInUse: boolean): void {
    this.#fpdus.configure(crcInUse);
  }

  /** From now on FPDUs may be sent. */
  open(): void {
    this.#isOpen = true;
  }

  /** Whether something that was posted is not framed yet. */
  get hasMessages(): boolean {
    return this.#messages.length > 0;
  }

  /** An MPA frame. */
  sendFrame(bytes: Uint8Array): void {
    this.#fpdus.frame(bytes);
  }

  /** The initiator's first message in peer-to-peer mode, ahead of all that waits for `open`; it carries nothing. */
  sendReadyToReceive(kind: ReadyToReceive): void {
    if (kind === "zero-length-fpdu") {
      this.#fpdus.seal(this.#fpdus.begin(0, 0));
      this.#fpdus.end();
      return;
    }
    const message = this.#take();
    if (kind === "rdma-read") {
      writeReadRequest(message, nothingToRead);
    } else {
      message.startEmpty(Opcode.rdmaWrite);
      message.aim(readyToReceiveStag, 0, 0);
    }
    this.#frameSegment(message);
  }

  /** Sends what a Send or an RDMA Write has to say. `isAwaited`: `onOver` is to come when it is with the kernel. */
  postRequest(request: WorkRequest, isAwaited: boolean): void {
    const message = this.#take();
    if (request.operation === Operation.send) {
      message.start(sendOpcode(request.solicited, request.invalidateStag !== undefined), request.pieces, !request.inline);
      message.invalidateStag = request.invalidateStag ?? 0;
    } else {
      message.start(Opcode.rdmaWrite, request.pieces, !request.inline);
      message.aim(request.remoteStag, request.remoteOffsetHigh, request.remoteOffsetLow);
    }
    message.request = isAwaited ? request : undefined;
    this.#post(message);
  }

  /** Asks the peer for memory of its own. */
  postReadRequest(request: ReadRequest): void {
    const message = this.#take();
    writeReadRequest(message, request);
    this.#post(message);
  }

  /** Answers one of the peer's reads. `onOver` is told of the region when its memory is not referred to any more. */
  postReadResponse(read: InboundRead): void {
    const { source, sourceOffset, length } = read;
    const message = this.#take();
    if (source === undefined) message.startEmpty(Opcode.readResponse);
    else if (length === source.length) message.startWith(Opcode.readResponse, source.memory);
    else message.startWith(Opcode.readResponse, source.memory.subarray(sourceOffset, sourceOffset + length));
    message.region = source;
    message.aim(read.sinkStag, read.sinkOffsetHigh, read.sinkOffsetLow);
    this.readResponsesDue++;
    this.#post(message);
  }

  #take(): OutboundMessage {
    return this.#spare.pop() ?? new OutboundMessage();
  }

  /** Sends `message` behind the others. Pieces that are not lent are free when this returns. */
  #post(message: OutboundMessage): void {
    if (this.#isOpen && this.#messages.length === 0 && this.#fpdus.queuedBytes < outputBatchBytes) {
      this.#frameSegment(message);
      if (message.isOver) return;
    }
    if (!message.isLent) message.keepCopy();
    this.#messages.push(message);
  }

  /** The pieces to send; see ByteStreamCore. */
  takeOutput(): readonly Uint8Array[] {
    while (this.#isOpen && this.#messages.length > 0 && this.#fpdus.queuedBytes < outputBatchBytes) {
      const message = this.#messages[0]!;
      this.#frameSegment(message);
      if (message.isOver) this.#messages.shift();
    }
    this.readResponsesDue -= this.#readResponsesFramed;
    this.#readResponsesFramed = 0;
    return this.#fpdus.take();
  }

  outputSent(): void {
    this.#fpdus.sent();
  }

  /** What is not framed is given up, and one last message says why. */
  terminate(payload: Uint8Array): void {
    this.drop();
    const message = this.#take();
    message.startWith(Opcode.terminate, payload);
    this.#frameSegment(message);
  }

  /** What is not framed is given up. */
  drop(): void {
    const dropped = this.#messages;
    this.#messages = [];
    for (const message of dropped) {
      message.isOver = true;
      if (message.opcode === Opcode.readResponse) this.readResponsesDue--;
      this.#endIfFree(message);
    }
  }

  /** The stream is gone: nothing that was lent is referred to any more. */
  abandon(): void {
    this.drop();
    this.#fpdus.abandon();
  }

  #frameSegment(message: OutboundMessage): void {
    const isTagged = message.opcode === Opcode.rdmaWrite || message.opcode === Opcode.readResponse;
    const headerLength = isTagged ? taggedHeaderLength : untaggedHeaderLength;
    const length = Math.min(message.length - message.framed, this.#maxUlpduLength - headerLength);
    const isLast = message.framed + length === message.length;
    const at = this.#fpdus.begin(headerLength, length);
    const { view } = this.#fpdus;
    view.setUint8(at + TaggedField.control, (isTagged ? DdpControl.tagged : 0) | (isLast ? DdpControl.last : 0) | DdpControl.version);
    view.setUint8(at + TaggedField.rdmap, RdmapControl.version | message.opcode);
    if (isTagged) this.#writeTagged(message, view, at);
    else this.#writeUntagged(message, view, at);
    this.#fpdus.seal(at);
    this.#appendPayload(message, length, isTagged);
    this.#fpdus.end();
    if (isTagged) this.#counters.payloadBytes += length;
    if (isLast) this.#finish(message);
  }

  #writeTagged(message: OutboundMessage, view: DataView, at: number): void {
    view.setUint32(at + TaggedField.stag, message.stag);
    view.setUint32(at + TaggedField.offsetHigh, message.offsetHigh);
    view.setUint32(at + TaggedField.offsetLow, message.offsetLow);
  }

  #writeUntagged(message: OutboundMessage, view: DataView, at: number): void {
    const queue = queueOf(message.opcode);
    if (message.framed === 0) {
      message.messageNumber = this.#nextNumbers[queue]!;
      this.#nextNumbers[queue] = (message.messageNumber + 1) >>> 0;
    }
    view.setUint32(at + UntaggedField.invalidateStag, message.invalidateStag);
    view.setUint32(at + UntaggedField.queue, queue);
    view.setUint32(at + UntaggedField.messageNumber, message.messageNumber);
    view.setUint32(at + UntaggedField.messageOffset, message.framed);
  }

  #appendPayload(message: OutboundMessage, length: number, isTagged: boolean): void {
    for (let rest = length; rest > 0; ) {
      const piece = message.pieces[message.pieceIndex]!;
      const start = message.pieceOffset;
      const end = Math.min(piece.length, start + rest);
      if (message.isLent) this.#fpdus.lend(piece, start, end, message, isTagged);
      else this.#fpdus.copy(piece, start, end);
      rest -= end - start;
      message.pieceOffset = end;
      if (end < piece.length) continue;
      message.pieceIndex++;
      message.pieceOffset = 0;
    }
    message.framed += length;
    const low = message.offsetLow + length;
    message.offsetLow = low >>> 0;
    if (low > 0xffffffff) message.offsetHigh = (message.offsetHigh + 1) >>> 0;
  }

  #finish(message: OutboundMessage): void {
    message.isOver = true;
    if (message.opcode === Opcode.readResponse) this.#readResponsesFramed++;
    // Whoever waits for the end is told with the batch, so that ends come in order, copied or lent.
    if (message.request !== undefined) this.#fpdus.notify(message);
    else this.#endIfFree(message);
  }

  #endIfFree(message: OutboundMessage): void {
    if (!message.isOver || message.piecesUnderWay > 0) return;
    this.#onOver(message);
    message.forget();
    if (this.#spare.length < messagesKept) this.#spare.push(message);
  }
}

function queueOf(opcode: number): number {
  if (opcode === Opcode.readRequest) return QueueNumber.readRequest;
  return opcode === Opcode.terminate ? QueueNumber.terminate : QueueNumber.send;
}

/** Of an RDMA Write that carries nothing; no STag is looked at then. */
const readyToReceiveStag = 1;

const nothingToRead: ReadRequest = {
  sinkStag: 0,
  sinkOffsetHigh: 0,
  sinkOffsetLow: 0,
  length: 0,
  sourceStag: 0,
  sourceOffsetHigh: 0,
  sourceOffsetLow: 0,
};

function writeReadRequest(message: OutboundMessage, request: ReadRequest): void {
  const payload = message.ownMemory(readRequestLength);
  const view = new DataView(payload.buffer, payload.byteOffset);
  view.setUint32(ReadRequestField.sinkStag, request.sinkStag);
  view.setUint32(ReadRequestField.sinkOffsetHigh, request.sinkOffsetHigh);
  view.setUint32(ReadRequestField.sinkOffsetLow, request.sinkOffsetLow);
  view.setUint32(ReadRequestField.length, request.length);
  view.setUint32(ReadRequestField.sourceStag, request.sourceStag);
  view.setUint32(ReadRequestField.sourceOffsetHigh, request.sourceOffsetHigh);
  view.setUint32(ReadRequestField.sourceOffsetLow, request.sourceOffsetLow);
  message.startWith(Opcode.readRequest, payload);
}
