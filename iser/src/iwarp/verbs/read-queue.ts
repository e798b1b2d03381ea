import { RdmaError } from "../rdmap/rdma-error.ts";
import type { ReadRequest } from "../rdmap/read-request.ts";
import { TerminateCode } from "../rdmap/terminate-code.ts";
import type { SoftwareMemoryRegion } from "./stag-table.ts";
import type { WorkRequest } from "./work-request.ts";

/** An RDMA Read of ours from its posting to the end of its response, and what its request says: a slot. */
export class OutboundRead implements ReadRequest {
  /** Undefined, as its sink, for the read of nothing in the handshake. */
  request: WorkRequest | undefined = undefined;
  #sink: SoftwareMemoryRegion | undefined = undefined;
  #sinkGeneration = 0;
  sinkStag = 0;
  sinkOffsetHigh = 0;
  sinkOffsetLow = 0;
  length = 0;
  sourceStag = 0;
  sourceOffsetHigh = 0;
  sourceOffsetLow = 0;
  /** How much of the response is there. */
  received = 0;

  start(request: WorkRequest | undefined, sink: SoftwareMemoryRegion | undefined): void {
    this.request = request;
    this.#sink = sink;
    this.#sinkGeneration = sink === undefined ? 0 : sink.generation;
    this.sinkStag = sink === undefined ? 0 : sink.stag;
    this.sinkOffsetHigh = sink === undefined ? 0 : sink.index;
    this.sinkOffsetLow = request === undefined ? 0 : request.sinkOffset;
    this.length = request === undefined ? 0 : request.length;
    this.sourceStag = request === undefined ? 0 : request.remoteStag;
    this.sourceOffsetHigh = request === undefined ? 0 : request.remoteOffsetHigh;
    this.sourceOffsetLow = request === undefined ? 0 : request.remoteOffsetLow;
    this.received = 0;
  }

  /** Where the response goes. Undefined when the sink was deregistered meanwhile: its memory has another owner, its slot perhaps another use. */
  get sink(): SoftwareMemoryRegion | undefined {
    const sink = this.#sink;
    return sink === undefined || sink.isDeregistered || sink.generation !== this.#sinkGeneration ? undefined : sink;
  }

  /** A segment of the response must go on exactly where the last one ended, and the last one end exactly at the end. */
  check(stag: number, offsetHigh: number, offsetLow: number, length: number, isLast: boolean): void {
    if (stag !== this.sinkStag) throw mismatch("it is for another STag", TerminateCode.ddpInvalidStag);
    if (offsetHigh !== this.sinkOffsetHigh || offsetLow !== this.sinkOffsetLow + this.received) {
      throw mismatch(`${this.received} bytes have come and it does not go on there`, TerminateCode.ddpBounds);
    }
    if (this.received + length > this.length) {
      throw mismatch(`it is longer than the ${this.length} bytes asked for`, TerminateCode.ddpBounds);
    }
    if (isLast && this.received + length < this.length) {
      const missing = this.length - this.received - length;
      throw mismatch(`it ends ${missing} bytes too soon`, TerminateCode.rdmapOperationUnspecified);
    }
  }
}

function mismatch(how: string, code: TerminateCode): RdmaError {
  return new RdmaError("peer", `an RDMA Read Response does not match the oldest RDMA Read: ${how} (RFC 5040, 5.2.2)`, code);
}

/** RDMA Reads of ours, oldest first: as many as agreed are out, the others wait. Responses come in the order of the requests (RFC 5040, 5.5). */
export class ReadQueue {
  /** How many may be out at a time. */
  depth = 0;
  #waiting: OutboundRead[] = [];
  #out: OutboundRead[] = [];
  readonly #spare: OutboundRead[] = [];

  /** The read whose response comes next. */
  get first(): OutboundRead | undefined {
    return this.#out[0];
  }

  /** `request.sink` is a region of software. */
  add(request: WorkRequest): void {
    const read = this.#take();
    read.start(request, request.sink as SoftwareMemoryRegion);
    this.#waiting.push(read);
  }

  /** The read of nothing in the handshake is out, whatever the depth. */
  addReadyToReceive(): void {
    const read = this.#take();
    read.start(undefined, undefined);
    this.#out.push(read);
  }

  /** The next read that may be sent: it is out now. */
  next(): OutboundRead | undefined {
    if (this.#out.length >= this.depth) return undefined;
    const read = this.#waiting.shift();
    if (read !== undefined) this.#out.push(read);
    return read;
  }

  /** The first read is over. */
  removeFirst(): void {
    const read = this.#out.shift();
    if (read === undefined) return;
    read.start(undefined, undefined);
    this.#spare.push(read);
  }

  /** The requests that will not be answered. */
  takeAll(): WorkRequest[] {
    const reads = [...this.#out, ...this.#waiting];
    this.#out = [];
    this.#waiting = [];
    return reads.map((read) => read.request).filter((request) => request !== undefined);
  }

  #take(): OutboundRead {
    return this.#spare.pop() ?? new OutboundRead();
  }
}
