import type { Duration, Instant } from "kit/clock";
import { type ByteStreamCore, bulkReadBytesFor } from "#bytes";
import type { MpaAgreement, ReadyToReceive } from "../mpa/mpa-agreement.ts";
import type { MpaFrame } from "../mpa/mpa-frame.ts";
import { MpaHandshake } from "../mpa/mpa-handshake.ts";
import { RdmaError } from "../rdmap/rdma-error.ts";
import { describeTerminate, type Terminate, writeTerminate } from "../rdmap/terminate.ts";
import { TerminateCode } from "../rdmap/terminate-code.ts";
import { handshakeTimeout, hungUpOnRequest } from "./handshake-error.ts";
import type { InboundRead } from "./inbound-read.ts";
import type { ProtectionDomain } from "./memory-region.ts";
import { MessageReceiver, type MessageReceiverUser } from "./message-receiver.ts";
import { MessageSender } from "./message-sender.ts";
import { Opening } from "./opening.ts";
import type { OutboundMessage } from "./outbound-message.ts";
import { type QueuePair, type QueuePairCounters, QueuePairState, type QueuePairUser } from "./queue-pair.ts";
import {
  type QueuePairRole,
  type SoftwareQueuePairOptions,
  type SoftwareQueuePairSettings,
  settingsOf,
} from "./software-queue-pair-options.ts";
import { SoftwareMemoryRegion, StagTable } from "./stag-table.ts";
import { type CompletionStatus, completes, Operation, type ReceiveRequest, type WorkRequest } from "./work-request.ts";

/** How long a last Terminate may take to leave before the stream is reset with it. */
const terminateMs: Duration = 2_000;

/** Between the segments of large transfers only headers and small messages are read, so that payload does not end up in the scratch. */
const headerReadBytes = 2 * 1024;

const nothing = new Uint8Array(0);

/**
 * A queue pair of software: iWARP (MPA, DDP, RDMAP) on a byte stream. Verbs above, a protocol core below; it waits for nothing and reads no clock.
 *
 *     init ──MPA request, reply──▶ rts ──disconnect("end")──▶ closing
 *       │                           └──fault, Terminate──▶ terminate
 *       └──refused, lost, disconnect("reset"), also from everywhere else──▶ error
 */
export class SoftwareQueuePair implements QueuePair, ByteStreamCore, MessageReceiverUser {
  readonly counters: QueuePairCounters = {
    bytesReceived: 0,
    bytesSent: 0,
    fpdusReceived: 0,
    fpdusSent: 0,
    payloadBytes: 0,
    payloadBytesCopied: 0,
  };

  readonly #settings: SoftwareQueuePairSettings;
  readonly #regions: StagTable;
  readonly #sender: MessageSender;
  readonly #receiver: MessageReceiver;
  readonly #handshake: MpaHandshake;
  #user!: QueuePairUser;

  #state: QueuePairState = QueuePairState.init;
  #isOpened = false;
  /** Responder: the request that the consumer has not answered. */
  #request: MpaFrame | undefined;
  /** Initiator: the request to send as soon as there is a stream. */
  #requestBytes: Uint8Array | undefined;
  #readyToReceive: ReadyToReceive | undefined;
  #inboundReadDepth: number;

  #wake: () => void = () => {};
  #close: "end" | "reset" | undefined;
  #now: Instant = 0;
  #handshakeBy: Instant | undefined;
  /** Initiator: when to begin to send, until the responder has spoken. */
  readonly #opening = new Opening();
  #lastProgress: Instant = 0;
  #closeBy: Instant | undefined;
  /** A Terminate is on its way out. */
  #hasLastWords = false;

  constructor(options: SoftwareQueuePairOptions) {
    const settings = settingsOf(options);
    const { role, wishes, crc32c, fpduBytes, firstStagKey } = settings;
    this.#settings = settings;
    this.#inboundReadDepth = wishes.inboundReadDepth;
    this.#handshake = new MpaHandshake(role, wishes);
    this.#regions = new StagTable(
      firstStagKey,
      (region) => this.#receiver.forget(region),
      (region) => this.#user.onDeregistered(region),
    );
    this.#sender = new MessageSender(crc32c, this.counters, fpduBytes, (message) => this.#onOver(message));
    this.#receiver = new MessageReceiver(this, crc32c, this.counters, this.#regions);
    this.#receiver.reads.depth = wishes.outboundReadDepth;
  }

  // ---------------------------------------------------------------------------------------------------------------- QueuePair

  get state(): QueuePairState {
    return this.#state;
  }

  get protectionDomain(): ProtectionDomain {
    return this.#regions;
  }

  get inboundReadDepth(): number {
    return this.#inboundReadDepth;
  }

  get outboundReadDepth(): number {
    return this.#receiver.reads.depth;
  }

  attach(user: QueuePairUser): void {
    this.#user = user;
  }

  postReceive(receive: ReceiveRequest): void {
    if (this.#isUp || this.#state === QueuePairState.init) this.#receiver.postReceive(receive);
    else this.#user.onReceive(receive, "flushed");
  }

  post(request: WorkRequest): void {
    if (this.#state === QueuePairState.init) throw new Error("post: the queue pair is not connected");
    if (this.#state !== QueuePairState.rts) {
      if (completes(request)) this.#user.onCompletion(request, "flushed");
      return;
    }
    if (request.operation === Operation.rdmaRead) this.#postRead(request);
    else this.#sender.postRequest(request, completes(request));
    this.#wake();
  }

  #postRead(request: WorkRequest): void {
    const { sink, sinkOffset, length } = request;
    if (
      !(sink instanceof SoftwareMemoryRegion) ||
      sink.isDeregistered ||
      sinkOffset < 0 ||
      length < 0 ||
      sinkOffset + length > sink.length
    ) {
      throw new RangeError(`RDMA Read of ${length} bytes to ${sinkOffset}: not within a registered sink`);
    }
    this.#receiver.reads.add(request);
    if (this.#receiver.reads.depth === 0) {
      this.#fault(new RdmaError("negotiation", "the peer serves no RDMA Reads (inbound read depth 0), and one is needed"));
      return;
    }
    this.#startReads();
  }

  #startReads(): void {
    const { reads } = this.#receiver;
    for (let read = reads.next(); read !== undefined; read = reads.next()) this.#sender.postReadRequest(read);
  }

  // -------------------------------------------------------------------------------------------------------- ConnectionManager

  connect(privateData: Uint8Array): void {
    if (this.#settings.role !== "initiator") throw new Error("connect: this end is the responder");
    this.#requestBytes = this.#handshake.request(privateData);
    if (this.#isOpened) this.#sendRequest();
  }

  #sendRequest(): void {
    const bytes = this.#requestBytes;
    this.#requestBytes = undefined;
    if (bytes === undefined || this.#state !== QueuePairState.init) return;
    this.#sender.sendFrame(bytes);
    this.#wake();
  }

  accept(privateData: Uint8Array): void {
    const request = this.#takeRequest("accept");
    if (request === undefined) return;
    const { reply, agreement } = this.#handshake.accept(request, privateData);
    this.#sender.sendFrame(reply);
    this.#establish(agreement, nothing);
    this.#wake();
  }

  reject(privateData: Uint8Array): void {
    const request = this.#takeRequest("reject");
    if (request === undefined) return;
    this.#sender.sendFrame(this.#handshake.reject(request, privateData));
    this.#giveUp("end");
  }

  /** Nothing, if the connection was lost meanwhile. */
  #takeRequest(verb: string): MpaFrame | undefined {
    const request = this.#request;
    if (request === undefined && this.#state === QueuePairState.init) throw new Error(`${verb}: nobody has asked`);
    this.#request = undefined;
    return this.#state === QueuePairState.init ? request : undefined;
  }

  disconnect(how: "end" | "reset"): void {
    if (this.#close === "reset" || this.#hasLastWords) return;
    if (how === "end" && this.#state === QueuePairState.rts) {
      this.#state = QueuePairState.closing;
      this.#close = "end";
      this.#opening.endWakeUps();
      if (this.#settings.lingerMs > 0) this.#closeBy = this.#now + this.#settings.lingerMs;
    } else if (how === "reset" || this.#state === QueuePairState.init) {
      this.#giveUp("reset");
    }
    this.#wake();
  }

  // ------------------------------------------------------------------------------------------------------------ ByteStreamCore

  opened(wake: () => void, now: Instant): void {
    this.#wake = wake;
    this.#isOpened = true;
    this.#now = now;
    this.#lastProgress = now;
    this.#handshakeBy = now + this.#settings.handshakeMs;
    this.#sendRequest();
  }

  receive(chunk: Uint8Array, now: Instant): void {
    this.#now = now;
    this.#lastProgress = now;
    this.counters.bytesReceived += chunk.length;
    const from = this.#state === QueuePairState.init ? this.#receiveFrame(chunk) : 0;
    if (this.#state === QueuePairState.init || from === chunk.length) return;
    this.#opening.end();
    this.#receiver.receive(chunk, from);
    if (this.counters.fpdusReceived > 0) this.#openAsResponder();
  }

  placement(): Uint8Array | undefined {
    return this.#receiver.placement();
  }

  placed(count: number, now: Instant): void {
    this.#now = now;
    this.#lastProgress = now;
    this.#receiver.placed(count);
  }

  get bulkReadBytes(): number {
    const regions = this.#regions;
    const isLarge = regions.writable > 0 ? regions.writableLarge > 0 : regions.lastWritableWasLarge;
    return isLarge && this.#receiver.segmentsAreLarge ? headerReadBytes : bulkReadBytesFor(regions.writableBytes, regions.writable);
  }

  takeOutput(): readonly Uint8Array[] {
    return this.#sender.takeOutput();
  }

  outputSent(_now: Instant): void {
    this.#sender.outputSent();
  }

  deadline(): Instant | undefined {
    if (this.#state === QueuePairState.init) return this.#handshakeBy;
    if (!this.#isUp) return this.#close === "reset" ? undefined : this.#closeBy;
    const { stallMs } = this.#settings;
    const end = this.#closeBy ?? (stallMs > 0 && this.#receiver.midFpdu ? this.#lastProgress + stallMs : undefined);
    const opening = this.#opening.deadline;
    return opening === undefined || end === undefined ? (opening ?? end) : Math.min(opening, end);
  }

  timeout(now: Instant): void {
    this.#now = now;
    this.#opening.advance(this.#now, this.#sender);
    const deadline = this.deadline();
    if (deadline === undefined || now < deadline) return;
    if (this.#state === QueuePairState.init) {
      this.#fault(handshakeTimeout(this.#peer, this.#settings.handshakeMs));
    } else if (this.#isUp && this.#closeBy !== undefined) {
      this.#closeBy = undefined; // it does not hang up: we do
    } else if (this.#isUp) {
      const message = `the ${this.#peer} stopped in the middle of an FPDU and sent nothing for ${this.#settings.stallMs / 1000} s`;
      this.#fault(new RdmaError("timeout", message));
    } else {
      this.#close = "reset";
    }
  }

  get wantsClose(): "end" | "reset" | undefined {
    return this.#close === "end" && (this.#sender.hasMessages || (this.#isUp && this.#closeBy !== undefined)) ? undefined : this.#close;
  }

  closed(cause: Error | undefined, now: Instant): void {
    this.#now = now;
    if (this.#state === QueuePairState.init && this.#isOpened && this.#settings.role === "initiator") this.#fault(hungUpOnRequest(cause));
    this.#state = QueuePairState.error;
    this.#regions.invalidateAll();
    this.#receiver.closed();
    this.#sender.abandon();
    this.#flush();
    this.#user.onDisconnected(cause);
  }

  // ---------------------------------------------------------------------------------------------------------------- handshake

  get #peer(): QueuePairRole {
    return this.#settings.role === "initiator" ? "responder" : "initiator";
  }

  /** Returns where FPDUs begin. */
  #receiveFrame(chunk: Uint8Array): number {
    try {
      const at = this.#handshake.receive(chunk);
      const { frame } = this.#handshake;
      if (frame === undefined) return at;
      if (this.#settings.role === "initiator") this.#receiveReply(frame);
      else this.#receiveRequest(frame);
      return at;
    } catch (error) {
      if (!(error instanceof RdmaError)) throw error;
      this.#fault(error);
      return chunk.length;
    }
  }

  #receiveRequest(frame: MpaFrame): void {
    const refusal = this.#handshake.refusal(frame);
    if (refusal === undefined) {
      this.#request = frame;
      this.#user.onConnectRequest(frame.privateData);
      return;
    }
    this.#sender.sendFrame(this.#handshake.reject(frame, nothing));
    this.#giveUp("end");
    this.#user.onFault(refusal);
  }

  #receiveReply(frame: MpaFrame): void {
    this.#sender.configure(frame.crc || this.#settings.wishes.crc); // a Terminate may have to say that we do not agree
    this.#establish(this.#handshake.agree(frame), frame.privateData);
  }

  #establish(agreement: MpaAgreement, privateData: Uint8Array): void {
    this.#sender.configure(agreement.crc);
    this.#receiver.configure(agreement.crc);
    this.#inboundReadDepth = agreement.inboundReadDepth;
    this.#receiver.reads.depth = agreement.outboundReadDepth;
    this.#readyToReceive = agreement.readyToReceive;
    this.#state = QueuePairState.rts;
    if (this.#settings.role === "initiator") {
      if (this.#readyToReceive === "rdma-read") this.#receiver.reads.addReadyToReceive();
      if (this.#readyToReceive !== undefined) this.#sender.sendReadyToReceive(this.#readyToReceive);
      this.#opening.begin(this.#now, this.#settings.firstFpduDelayMs);
      this.#opening.advance(this.#now, this.#sender);
    }
    this.#user.onEstablished(privateData);
  }

  /** A responder may send when the initiator has sent (RFC 5044, 7.1.2). */
  #openAsResponder(): void {
    if (this.#settings.role === "responder") this.#sender.open();
  }

  // ------------------------------------------------------------------------------------------------------ MessageReceiverUser

  get inboundReads(): number {
    // One that makes ready to receive is served whatever was agreed.
    return this.#sender.readResponsesDue - (this.#inboundReadDepth === 0 && this.#readyToReceive === "rdma-read" ? 1 : 0);
  }

  onMessage(receive: ReceiveRequest): void {
    this.#openAsResponder();
    this.#user.onReceive(receive, "completed");
  }

  onReadRequest(read: InboundRead): void {
    this.#openAsResponder();
    if (read.source !== undefined) this.#regions.reference(read.source);
    this.#sender.postReadResponse(read);
    this.#wake();
  }

  onReadComplete(request: WorkRequest | undefined): void {
    this.#startReads();
    this.#wake();
    if (request !== undefined) this.#user.onCompletion(request, "completed");
  }

  onTerminate(terminate: Terminate): void {
    const message = `the ${this.#peer} ended the connection with a Terminate: ${describeTerminate(terminate)}`;
    this.#fault(new RdmaError("terminated", message, terminate.code));
  }

  onEmptyFpdu(): void {
    this.#openAsResponder();
    if (this.#settings.role === "responder" && this.#readyToReceive === "zero-length-fpdu" && this.counters.fpdusReceived === 1) return;
    throw new RdmaError("peer", "an FPDU with nothing in it (RFC 5044, 4.1)", TerminateCode.mpaFpdu);
  }

  onFault(error: RdmaError): void {
    this.#fault(error);
  }

  // ------------------------------------------------------------------------------------------------------------------ the end

  get #isUp(): boolean {
    return this.#state === QueuePairState.rts || this.#state === QueuePairState.closing;
  }

  #fault(error: RdmaError): void {
    const wasUp = this.#isUp;
    if (!wasUp && this.#state !== QueuePairState.init) return;
    const code = (wasUp && error.fault === "peer") || (error.code ?? 0) > TerminateCode.mpaFrame ? error.code : undefined;
    const terminates = error.fault !== "terminated" && code !== undefined;
    const payload = terminates ? writeTerminate(code, this.#receiver.terminatedSegment()) : undefined;
    this.#giveUp(error.fault === "timeout" || (!wasUp && !terminates) ? "reset" : "end");
    if (wasUp || terminates) this.#state = QueuePairState.terminate;
    this.#hasLastWords = terminates;
    this.#user.onFault(error);
    if (payload === undefined) this.#sender.drop();
    else this.#sender.terminate(payload);
    this.#flush();
  }

  /** What is under way comes back with `closed`. */
  #giveUp(how: "end" | "reset"): void {
    this.#receiver.stop();
    this.#regions.invalidateAll();
    this.#opening.end();
    this.#state = QueuePairState.error;
    this.#close = how;
    this.#closeBy = this.#now + terminateMs;
    this.#wake();
  }

  /** Everything that will not happen any more goes back. */
  #flush(): void {
    for (const request of this.#receiver.reads.takeAll()) this.#user.onCompletion(request, "flushed");
    for (const receive of this.#receiver.takeReceives()) {
      receive.length = 0;
      receive.invalidated = undefined;
      this.#user.onReceive(receive, "flushed");
    }
  }

  #onOver(message: OutboundMessage): void {
    const { request, region } = message;
    message.region = undefined;
    if (region !== undefined) this.#regions.dereference(region);
    const status: CompletionStatus = this.#isUp ? "completed" : "flushed";
    if (request !== undefined) this.#user.onCompletion(request, status);
  }
}
