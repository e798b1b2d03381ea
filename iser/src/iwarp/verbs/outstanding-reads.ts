import { RdmaError } from "../rdmap/rdma-error.ts";
import type { ReadRequest } from "../rdmap/read-request.ts";
import { TerminateCode } from "../rdmap/terminate-code.ts";
import type { SoftwareMemoryRegion } from "./stag-table.ts";
import type { WorkRequest } from "./work-request.ts";

/** An RDMA Read of ours whose response is due, and what its request says: a slot. */
export class OutstandingRead implements ReadRequest {
  request: WorkRequest | undefined = undefined;
  /** Undefined for the read of nothing in the handshake. */
  sink: SoftwareMemoryRegion | undefined = undefined;
  sinkGeneration = 0;
  sinkStag = 0;
  sinkOffsetLow = 0;
  length = 0;
  sourceStag = 0;
  sourceOffsetHigh = 0;
  sourceOffsetLow = 0;
  /** How much of the response is there. */
  received = 0;

  get sinkOffsetHigh(): number {
    return this.sink === undefined ? 0 : this.sink.index;
  }

  /** A segment of the response must go on exactly where the last one ended, and the last one exactly at the end. */
  check(stag: number, offsetHigh: number, offsetLow: number, length: number, isLast: boolean): void {
    if (stag !== this.sinkStag) throw mismatch("it is for another STag", TerminateCode.ddpInvalidStag);
    if (offsetHigh !== this.sinkOffsetHigh || offsetLow !== this.sinkOffsetLow + this.received) {
      throw mismatch(`${this.received} bytes have come and it does not go on there`, TerminateCode.ddpBounds);
    }
    if (this.received + length > this.length)
      throw mismatch(`it is longer than the ${this.length} bytes asked for`, TerminateCode.ddpBounds);
    if (isLast && this.received + length < this.length) {
      throw mismatch(`it ends ${this.length - this.received - length} bytes too soon`, TerminateCode.rdmapOperationUnspecified);
    }
  }
}

function mismatch(how: string, code: TerminateCode): RdmaError {
  return new RdmaError("peer", `an RDMA Read Response does not match the oldest RDMA Read: ${how} (RFC 5040, 5.2.2)`, code);
}

/** Reads that were sent, oldest first: responses come in this order (RFC 5040, 5.5). */
export class OutstandingReads {
  #reads: OutstandingRead[] = [];
  readonly #spare: OutstandingRead[] = [];

  get count(): number {
    return this.#reads.length;
  }

  get first(): OutstandingRead | undefined {
    return this.#reads[0];
  }

  /** A read to be sent; without a request, the one of nothing in the handshake. */
  add(request: WorkRequest | undefined): OutstandingRead {
    const read = this.#spare.pop() ?? new OutstandingRead();
    const sink = request?.sink as SoftwareMemoryRegion | undefined;
    read.request = request;
    read.sink = sink;
    read.sinkGeneration = sink === undefined ? 0 : sink.generation;
    read.sinkStag = sink === undefined ? 0 : sink.stag;
    read.sinkOffsetLow = request === undefined ? 0 : request.sinkOffset;
    read.length = request === undefined ? 0 : request.length;
    read.sourceStag = request === undefined ? 0 : request.remoteStag;
    read.sourceOffsetHigh = request === undefined ? 0 : request.remoteOffsetHigh;
    read.sourceOffsetLow = request === undefined ? 0 : request.remoteOffsetLow;
    read.received = 0;
    this.#reads.push(read);
    return read;
  }

  removeFirst(): void {
    const read = this.#reads.shift();
    if (read === undefined) return;
    read.request = undefined;
    read.sink = undefined;
    this.#spare.push(read);
  }

  /** The requests whose responses will not come. */
  takeAll(): WorkRequest[] {
    const reads = this.#reads;
    this.#reads = [];
    return reads.map((read) => read.request).filter((request) => request !== undefined);
  }
}
