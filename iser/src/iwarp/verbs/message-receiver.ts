import type { Crc32c } from "#bytes";
import { DdpControl, ddpHeaderLength, QueueNumber, TaggedField, UntaggedField } from "../ddp/segment.ts";
import { UntaggedQueue } from "../ddp/untagged-queue.ts";
import { FpduReceiver, type FpduSink } from "../mpa/fpdu-receiver.ts";
import { invalidates, isSolicited, Opcode, opcodeName, RdmapControl } from "../rdmap/opcode.ts";
import { RdmaError } from "../rdmap/rdma-error.ts";
import { ReadRequestField, readRequestLength } from "../rdmap/read-request.ts";
import { maxTerminateLength, parseTerminate, type Terminate, type TerminatedSegment } from "../rdmap/terminate.ts";
import { TerminateCode } from "../rdmap/terminate-code.ts";
import type { InboundRead } from "./inbound-read.ts";
import { AccessRight } from "./memory-region.ts";
import type { QueuePairCounters } from "./queue-pair.ts";
import { ReadQueue } from "./read-queue.ts";
import { largeRegionFrom, type SoftwareMemoryRegion, type StagTable } from "./stag-table.ts";
import type { ReceiveRequest, WorkRequest } from "./work-request.ts";

/** What a receiver tells its queue pair. */
export interface MessageReceiverUser {
  /** Read Requests may be served only up to the agreed depth: how many the queue pair has not answered. */
  readonly inboundReads: number;
  readonly inboundReadDepth: number;
  onMessage(receive: ReceiveRequest): void;
  onReadRequest(read: InboundRead): void;
  /** The oldest RDMA Read that was sent is complete; undefined if nobody asked for it but the handshake. */
  onReadComplete(request: WorkRequest | undefined): void;
  onTerminate(terminate: Terminate): void;
  onEmptyFpdu(): void;
  onFault(error: RdmaError): void;
}

/** Codes for the same three errors, as the layer that finds them has it. */
const ddpBufferErrors = {
  stag: TerminateCode.ddpInvalidStag,
  bounds: TerminateCode.ddpBounds,
  wrap: TerminateCode.ddpOffsetWrap,
} as const;
const rdmapBufferErrors = {
  stag: TerminateCode.rdmapInvalidStag,
  bounds: TerminateCode.rdmapBounds,
  wrap: TerminateCode.rdmapOffsetWrap,
} as const;
type BufferErrors = typeof ddpBufferErrors | typeof rdmapBufferErrors;

/** From this payload on a segment is worth a read of its own; see FpduReceiver. */
const placeableFrom = 8 * 1024;

/**
 * Judges every segment that comes, by the rules of DDP (RFC 5041, 5 to 7) and RDMAP (RFC 5040, 5 to 7), and puts its payload where it belongs: into posted
 * receives, regions with the right to be written, the sinks of our own reads. Not a byte is written anywhere else.
 */
export class MessageReceiver implements FpduSink {
  /** Our own reads: their responses come here. */
  readonly reads = new ReadQueue();
  /** Whether the peer's last long tagged message came in segments that are worth placing. */
  segmentsAreLarge = false;

  readonly #user: MessageReceiverUser;
  readonly #counters: QueuePairCounters;
  readonly #regions: StagTable;
  readonly #fpdus: FpduReceiver;
  #receives: ReceiveRequest[] = [];

  #opcode = 0;
  #isLast = false;
  /** The region that the current segment is written to. */
  #target: SoftwareMemoryRegion | undefined;
  /** The region that the kernel may be writing to, and that is referenced for it. */
  #lentTarget: SoftwareMemoryRegion | undefined;

  readonly #sends = new UntaggedQueue("Send");
  /** The opcode with which the Send that is arriving began. */
  #sendOpcode = 0;
  readonly #readRequests = new UntaggedQueue("RDMA Read Request");
  readonly #readRequest = new Uint8Array(readRequestLength);
  readonly #readRequestView = new DataView(this.#readRequest.buffer);
  #readRequestIsComplete = false;
  readonly #inboundRead: InboundRead = {
    source: undefined,
    sourceOffset: 0,
    length: 0,
    sinkStag: 0,
    sinkOffsetHigh: 0,
    sinkOffsetLow: 0,
  };
  readonly #terminate = new Uint8Array(maxTerminateLength);

  constructor(user: MessageReceiverUser, crc32c: Crc32c, counters: QueuePairCounters, regions: StagTable) {
    this.#user = user;
    this.#counters = counters;
    this.#regions = regions;
    this.#fpdus = new FpduReceiver(this, crc32c, counters);
  }

  configure(crcInUse: boolean): void {
    this.#fpdus.configure(crcInUse);
  }

  get midFpdu(): boolean {
    return this.#fpdus.midFpdu;
  }

  postReceive(receive: ReceiveRequest): void {
    this.#receives.push(receive);
  }

  /** The receives that no message will come for. */
  takeReceives(): readonly ReceiveRequest[] {
    const receives = this.#receives;
    this.#receives = [];
    return receives;
  }

  receive(chunk: Uint8Array, start: number): void {
    this.#endLending();
    this.#fpdus.receive(chunk, start);
  }

  placement(): Uint8Array | undefined {
    const memory = this.#fpdus.placement();
    if (memory !== undefined && this.#lentTarget === undefined) {
      this.#lentTarget = this.#target;
      if (this.#target !== undefined) this.#regions.reference(this.#target);
    }
    return memory;
  }

  placed(count: number): void {
    this.#fpdus.placed(count);
    this.#endLending();
  }

  /** The consumer wants `region` back: what is still to come of a segment for it is thrown away. */
  forget(region: SoftwareMemoryRegion): void {
    if (region !== this.#target) return;
    this.#target = undefined;
    this.#fpdus.skip();
  }

  /** Nothing more is received. What the kernel may be writing to stays lent. */
  stop(): void {
    this.#fpdus.stop();
  }

  /** The stream is gone, and whatever its shell held. */
  closed(): void {
    this.#fpdus.stop();
    this.#endLending();
  }

  /** The segment that was just judged, for a Terminate. */
  terminatedSegment(): TerminatedSegment {
    const { header } = this.#fpdus;
    return {
      length: this.#fpdus.segmentLength,
      header: header.subarray(0, ddpHeaderLength(header[TaggedField.control]!)),
      readRequest: this.#readRequestIsComplete ? this.#readRequest : undefined,
    };
  }

  #endLending(): void {
    const region = this.#lentTarget;
    this.#lentTarget = undefined;
    if (region !== undefined) this.#regions.dereference(region);
  }

  // ---------------------------------------------------------------------------------------------------------------- FpduSink

  onSegment(): void {
    const { view } = this.#fpdus;
    const control = view.getUint8(TaggedField.control);
    const rdmap = view.getUint8(TaggedField.rdmap);
    const isTagged = (control & DdpControl.tagged) !== 0;
    this.#opcode = rdmap & RdmapControl.opcodeMask;
    this.#isLast = (control & DdpControl.last) !== 0;
    this.#target = undefined;
    this.#readRequestIsComplete = false;
    if ((control & DdpControl.versionMask) !== DdpControl.version) {
      const code = isTagged ? TerminateCode.ddpTaggedVersion : TerminateCode.ddpUntaggedVersion;
      throw new RdmaError("peer", "a segment of another version of DDP (RFC 5041, 4.2)", code);
    }
    if ((rdmap & RdmapControl.versionMask) !== RdmapControl.version) {
      throw new RdmaError("peer", "a message of another version of RDMAP (RFC 5040, 4.1)", TerminateCode.rdmapVersion);
    }
    if (isTagged) this.#beginTagged();
    else this.#beginUntagged(view.getUint32(UntaggedField.queue));
  }

  onSegmentEnd(): void {
    const length = this.#fpdus.payloadLength;
    switch (this.#opcode) {
      case Opcode.rdmaWrite:
        this.#counters.payloadBytes += length;
        break;
      case Opcode.readResponse:
        this.#counters.payloadBytes += length;
        this.#endReadResponse(length);
        break;
      case Opcode.readRequest:
        this.#readRequests.advance(length, true);
        this.#readRequestIsComplete = true;
        this.#serveReadRequest();
        break;
      case Opcode.terminate:
        this.#endTerminate(length);
        break;
      default:
        this.#endSend(length);
    }
    this.#target = undefined;
  }

  onEmptyFpdu(): void {
    this.#user.onEmptyFpdu();
  }

  onFault(error: RdmaError): void {
    this.#user.onFault(error);
  }

  // ------------------------------------------------------------------------------------------------------------------ tagged

  #beginTagged(): void {
    const length = this.#fpdus.payloadLength;
    if (this.#opcode === Opcode.rdmaWrite) this.#beginWrite(length);
    else if (this.#opcode === Opcode.readResponse) this.#beginReadResponse(length);
    else throw unexpectedOpcode(`a tagged ${opcodeName(this.#opcode)}`);
    // The tail of a message says nothing about how long its segments are.
    if (length >= placeableFrom || !this.#isLast) this.segmentsAreLarge = length >= placeableFrom;
  }

  #beginWrite(length: number): void {
    if (length === 0) return; // nothing is placed, so nothing is checked (RFC 5040, 5.2.1)
    const { view } = this.#fpdus;
    const region = this.#find(view.getUint32(TaggedField.stag), ddpBufferErrors);
    if ((region.access & AccessRight.remoteWrite) === 0) {
      const message = `RDMA Write to STag ${hex(region.stag)}, which the peer may not write to (RFC 5040, 7.2)`;
      throw new RdmaError("peer", message, TerminateCode.rdmapAccess);
    }
    const high = view.getUint32(TaggedField.offsetHigh);
    const low = view.getUint32(TaggedField.offsetLow);
    const offset = this.#locate(region, high, low, length, ddpBufferErrors);
    this.#target = region;
    this.#fpdus.placeTagged(region.memory, offset, region.length >= largeRegionFrom);
  }

  #beginReadResponse(length: number): void {
    const { view } = this.#fpdus;
    const read = this.reads.first;
    if (read === undefined) throw unexpectedOpcode("an RDMA Read Response, and no RDMA Read is out");
    read.check(
      view.getUint32(TaggedField.stag),
      view.getUint32(TaggedField.offsetHigh),
      view.getUint32(TaggedField.offsetLow),
      length,
      this.#isLast,
    );
    const { sink } = read;
    if (sink === undefined || length === 0) return;
    this.#target = sink;
    this.#fpdus.placeTagged(sink.memory, read.sinkOffsetLow + read.received, sink.length >= largeRegionFrom);
  }

  #endReadResponse(length: number): void {
    const read = this.reads.first!;
    read.received += length;
    if (!this.#isLast) return;
    const { request } = read;
    this.reads.removeFirst();
    this.#target = undefined;
    this.#user.onReadComplete(request);
  }

  #find(stag: number, errors: BufferErrors): SoftwareMemoryRegion {
    const region = this.#regions.find(stag);
    if (region !== undefined) return region;
    throw new RdmaError("peer", `${opcodeName(this.#opcode)} names STag ${hex(stag)}, which is not valid (RFC 5041, 7.2)`, errors.stag);
  }

  /**
   * Where in the memory of `region` the 64-bit offset `high:low` is, if `length` bytes fit from there. All offsets of a region share the upper half, which is
   * its index, and the lower half starts at 0.
   */
  #locate(region: SoftwareMemoryRegion, high: number, low: number, length: number, errors: BufferErrors): number {
    if (high === region.index && low + length <= region.length) return low;
    const wraps = high === 0xffffffff && low + length > 0x1_0000_0000;
    const message = `${opcodeName(this.#opcode)} of ${length} bytes at ${hex(high)}:${hex(low)}, outside the ${region.length} of STag ${hex(region.stag)} (RFC 5041, 7.2)`;
    throw new RdmaError("peer", message, wraps ? errors.wrap : errors.bounds);
  }

  // ---------------------------------------------------------------------------------------------------------------- untagged

  #beginUntagged(queue: number): void {
    const opcode = this.#opcode;
    if (queue > QueueNumber.terminate) {
      throw new RdmaError("peer", `a message for queue ${queue}; there are three (RFC 5040, 4.4)`, TerminateCode.ddpInvalidQueue);
    }
    if (opcode === Opcode.terminate) {
      // Taken in whatever state the queue is: the peer is beyond being corrected.
      this.#fpdus.place(this.#terminate, 0);
      if (this.#fpdus.payloadLength > maxTerminateLength) this.#fpdus.skip();
    } else if (opcode === Opcode.readRequest) {
      this.#beginReadRequest(queue);
    } else if (opcode >= Opcode.send && opcode <= Opcode.sendSolicitedInvalidate) {
      this.#beginSend(queue);
    } else {
      throw unexpectedOpcode(`an untagged ${opcodeName(opcode)}`);
    }
  }

  #beginSend(queue: number): void {
    this.#expectQueue(queue, QueueNumber.send);
    const { view, payloadLength } = this.#fpdus;
    const receive = this.#receives[0];
    const capacity = receive === undefined ? Number.MAX_SAFE_INTEGER : receive.memory.length;
    const offset = view.getUint32(UntaggedField.messageOffset);
    this.#sends.check(view.getUint32(UntaggedField.messageNumber), offset, payloadLength, capacity);
    if (receive === undefined) {
      const message = "a Send, and no receive is posted: the peer sends more than was agreed (RFC 5041, 7.2)";
      throw new RdmaError("peer", message, TerminateCode.ddpNoBuffer);
    }
    if (offset > 0 && this.#opcode !== this.#sendOpcode) {
      throw unexpectedOpcode(`a ${opcodeName(this.#opcode)} that began as a ${opcodeName(this.#sendOpcode)}`);
    }
    this.#sendOpcode = this.#opcode;
    if (payloadLength > 0) this.#fpdus.place(receive.memory, offset);
  }

  #endSend(length: number): void {
    const total = this.#sends.fill + length;
    this.#sends.advance(length, this.#isLast);
    if (!this.#isLast) return;
    const invalidated = invalidates(this.#opcode) ? this.#invalidate(this.#fpdus.view.getUint32(UntaggedField.invalidateStag)) : undefined;
    const receive = this.#receives.shift()!;
    receive.length = total;
    receive.solicited = isSolicited(this.#opcode);
    receive.invalidated = invalidated;
    this.#user.onMessage(receive);
  }

  /** The peer is done with a region that it was given. Sinks of our own reads are none of its business. */
  #invalidate(stag: number): SoftwareMemoryRegion {
    const region = this.#regions.find(stag);
    if (region === undefined || region.access === AccessRight.none) {
      const message = `${opcodeName(this.#opcode)} names STag ${hex(stag)}, which is not valid, or not the peer's to invalidate (RFC 5040, 5.1)`;
      throw new RdmaError("peer", message, TerminateCode.rdmapCannotInvalidate);
    }
    this.#regions.invalidate(region);
    return region;
  }

  #beginReadRequest(queue: number): void {
    this.#expectQueue(queue, QueueNumber.readRequest);
    const { view, payloadLength } = this.#fpdus;
    const offset = view.getUint32(UntaggedField.messageOffset);
    this.#readRequests.check(view.getUint32(UntaggedField.messageNumber), offset, payloadLength, readRequestLength);
    if (payloadLength !== readRequestLength || !this.#isLast) {
      const message = `an RDMA Read Request of ${payloadLength} bytes, where ${readRequestLength} are due (RFC 5040, 4.4)`;
      throw new RdmaError("peer", message, TerminateCode.rdmapOperationUnspecified);
    }
    if (this.#user.inboundReads >= this.#user.inboundReadDepth) {
      const message = `more than the ${this.#user.inboundReadDepth} RDMA Reads at a time that were agreed (RFC 5040, 6.1)`;
      throw new RdmaError("peer", message, TerminateCode.ddpNoBuffer);
    }
    this.#fpdus.place(this.#readRequest, 0);
  }

  #serveReadRequest(): void {
    const view = this.#readRequestView;
    const read = this.#inboundRead;
    const length = view.getUint32(ReadRequestField.length);
    read.length = length;
    read.sinkStag = view.getUint32(ReadRequestField.sinkStag);
    read.sinkOffsetHigh = view.getUint32(ReadRequestField.sinkOffsetHigh);
    read.sinkOffsetLow = view.getUint32(ReadRequestField.sinkOffsetLow);
    read.source = undefined;
    read.sourceOffset = 0;
    if (length > 0) this.#locateSource(read, view);
    this.#user.onReadRequest(read);
    read.source = undefined;
  }

  #locateSource(read: InboundRead, view: DataView): void {
    const region = this.#find(view.getUint32(ReadRequestField.sourceStag), rdmapBufferErrors);
    if ((region.access & AccessRight.remoteRead) === 0) {
      const message = `RDMA Read from STag ${hex(region.stag)}, which the peer may not read from (RFC 5040, 7.2)`;
      throw new RdmaError("peer", message, TerminateCode.rdmapAccess);
    }
    const high = view.getUint32(ReadRequestField.sourceOffsetHigh);
    const low = view.getUint32(ReadRequestField.sourceOffsetLow);
    read.sourceOffset = this.#locate(region, high, low, read.length, rdmapBufferErrors);
    read.source = region;
  }

  #expectQueue(queue: number, due: number): void {
    if (queue === due) return;
    const message = `${opcodeName(this.#opcode)} on queue ${queue}, where ${due} is its own (RFC 5040, 4.4)`;
    throw new RdmaError("peer", message, TerminateCode.ddpInvalidQueue);
  }

  #endTerminate(length: number): void {
    const terminate = length > maxTerminateLength ? undefined : parseTerminate(this.#terminate.subarray(0, length));
    this.#user.onTerminate(terminate ?? { code: TerminateCode.localCatastrophic, header: undefined, fromSiw: false });
  }
}

function unexpectedOpcode(what: string): RdmaError {
  return new RdmaError("peer", `${what} (RFC 5040, 5)`, TerminateCode.rdmapUnexpectedOpcode);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
