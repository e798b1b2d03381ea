import type { Crc32c } from "#bytes";
import { ddpHeaderLength, untaggedHeaderLength } from "../ddp/segment.ts";
import { RdmaError } from "../rdmap/rdma-error.ts";
import { TerminateCode } from "../rdmap/terminate-code.ts";
import { crcLength, lengthFieldLength, paddingOf } from "./fpdu.ts";

/** What a receiver counts; see QueuePairCounters. */
export interface FpduReceiverCounters {
  bytesReceived: number;
  fpdusReceived: number;
  payloadBytesCopied: number;
}

/** Who is told of segments as they arrive. Methods may throw an RdmaError: it ends up in `onFault` like one that the receiver finds. */
export interface FpduSink {
  /** The header of a DDP segment is in `receiver.view`. `place` may be called now; otherwise the payload is thrown away. The checksum may still prove all of it wrong. */
  onSegment(): void;
  /** The segment is complete and intact; `receiver.view` still holds its header. */
  onSegmentEnd(): void;
  /** An FPDU with nothing in it, intact. */
  onEmptyFpdu(): void;
  /** The stream is of no more use; nothing else follows. */
  onFault(error: RdmaError): void;
}

/** An FPDU's parts, in order. The length field belongs to the header; padding and checksum are the trailer. */
type Part = "header" | "payload" | "trailer";

const nothing = new Uint8Array(0);

/** Enough of an FPDU to know how long its header is. */
const headStart = lengthFieldLength + 2;

/** The rest of a segment is placed by the kernel as long as it is worth a read of its own. */
const placeRestFrom = 8 * 1024;

/**
 * Cuts a byte stream into FPDUs (RFC 5044, 4), whatever the sizes in which it arrives. No memory is taken for what a peer announces: payload goes where the
 * sink says, or nowhere. The checksum is computed as bytes pass; of an FPDU that is here as a whole it is checked before anything is believed.
 */
export class FpduReceiver {
  /** The DDP header of the current segment. */
  readonly header: Uint8Array;
  readonly view: DataView;

  readonly #sink: FpduSink;
  readonly #crc32c: Crc32c;
  readonly #counters: FpduReceiverCounters;
  /** The length field and the header behind it. */
  readonly #head = new Uint8Array(lengthFieldLength + untaggedHeaderLength);
  #crcInUse = false;

  #part: Part = "header";
  #stopped = false;
  #headFill = 0;
  #headLength = headStart;
  #ulpduLength = 0;
  #payloadLength = 0;
  #payloadFill = 0;

  #crc = 0;
  /** The checksum of the current FPDU was checked in advance. */
  #verified = false;
  /** What is wrong with the current segment, unless the checksum proves that it was damaged on the way. */
  #judgement: RdmaError | undefined;

  /** Undefined: the payload is thrown away. */
  #destination: Uint8Array | undefined;
  #destinationOffset = 0;
  #isTagged = false;
  #kernelMayPlace = false;
  #placementLent = false;

  readonly #trailer = new Uint8Array(3 + crcLength);
  #trailerFill = 0;
  #trailerLength = 0;

  constructor(sink: FpduSink, crc32c: Crc32c, counters: FpduReceiverCounters) {
    this.#sink = sink;
    this.#crc32c = crc32c;
    this.#counters = counters;
    this.header = this.#head.subarray(lengthFieldLength);
    this.view = new DataView(this.#head.buffer, lengthFieldLength);
  }

  /** Whether checksums are computed and compared. */
  configure(crcInUse: boolean): void {
    this.#crcInUse = crcInUse;
  }

  /** Whether an FPDU has begun and not ended. */
  get midFpdu(): boolean {
    return this.#part !== "header" || this.#headFill > 0;
  }

  /** Length of the current segment, with its header. */
  get segmentLength(): number {
    return this.#ulpduLength;
  }

  get payloadLength(): number {
    return this.#payloadLength;
  }

  /** From within `onSegment`: the payload goes to `offset` of `destination`, which holds all of it. */
  place(destination: Uint8Array, offset: number): void {
    this.#destination = destination;
    this.#destinationOffset = offset;
  }

  /** As `place`, for tagged payload, which is counted when it is copied. `kernelMayPlace`: it is worth reading straight into its place. */
  placeTagged(destination: Uint8Array, offset: number, kernelMayPlace: boolean): void {
    this.place(destination, offset);
    this.#isTagged = true;
    this.#kernelMayPlace = kernelMayPlace;
  }

  /** What is still to come of the current payload is thrown away. */
  skip(): void {
    this.#destination = undefined;
  }

  /** Nothing more is received. */
  stop(): void {
    this.#stopped = true;
  }

  receive(chunk: Uint8Array, start: number): void {
    this.#placementLent = false;
    const end = chunk.length;
    let at = start;
    try {
      while (at < end && !this.#stopped) {
        if (this.#part === "header") at = this.#takeHead(chunk, at, end);
        else if (this.#part === "payload") at = this.#takePayload(chunk, at, end);
        else at = this.#takeTrailer(chunk, at, end);
      }
    } catch (error) {
      this.#fault(error);
    }
  }

  /** Where the kernel may put the next bytes of the stream; see ByteStreamCore. */
  placement(): Uint8Array | undefined {
    if (this.#part !== "payload" || !this.#kernelMayPlace || this.#destination === undefined || this.#stopped) return undefined;
    const rest = this.#payloadLength - this.#payloadFill;
    if (rest < placeRestFrom) return undefined;
    const from = this.#destinationOffset + this.#payloadFill;
    this.#lent = this.#destination;
    this.#placementLent = true;
    return this.#destination.subarray(from, from + rest);
  }

  /** What `placement` lent last, whatever became of the segment since. */
  #lent: Uint8Array = nothing;

  placed(count: number): void {
    this.#counters.bytesReceived += count;
    if (this.#stopped || !this.#placementLent) return;
    this.#placementLent = false;
    const from = this.#destinationOffset + this.#payloadFill;
    const lent = this.#lent;
    this.#lent = nothing;
    try {
      this.#payloadArrived(lent, from, from + count);
    } catch (error) {
      this.#fault(error);
    }
  }

  // ------------------------------------------------------------------------------------------------------------------ header

  #takeHead(chunk: Uint8Array, at: number, end: number): number {
    if (this.#headFill === 0) this.#beginFpdu(chunk, at, end);
    const count = Math.min(this.#headLength - this.#headFill, end - at);
    const head = this.#head;
    // A loop rather than `set`: so few bytes are copied sooner than a view of the chunk is made.
    for (let i = 0, to = this.#headFill; i < count; i++, to++) head[to] = chunk[at + i]!;
    this.#headFill += count;
    if (this.#headFill === this.#headLength) {
      if (this.#headLength === headStart) this.#measure();
      else this.#endHead();
    }
    return at + count;
  }

  #beginFpdu(chunk: Uint8Array, at: number, end: number): void {
    this.#verified = false;
    this.#judgement = undefined;
    this.#destination = undefined;
    this.#isTagged = false;
    this.#kernelMayPlace = false;
    this.#payloadLength = 0;
    this.#payloadFill = 0;
    this.#headLength = headStart;
    if (!this.#crcInUse || end - at < headStart) return;
    const length = (chunk[at]! << 8) | chunk[at + 1]!;
    const crcAt = at + lengthFieldLength + length + paddingOf(length);
    if (crcAt + crcLength > end) return;
    if (this.#crc32c.update(0, chunk, at, crcAt) !== storedCrc(chunk, crcAt)) throw crcError();
    this.#verified = true;
  }

  /** The length field and the first byte of the header are there: judge the length before anything is done with it. */
  #measure(): void {
    const head = this.#head;
    const length = (head[0]! << 8) | head[1]!;
    this.#ulpduLength = length;
    if (length === 0) {
      // What was read behind the length field is padding already.
      this.#crc = this.#crcInUse ? this.#crc32c.update(0, head, 0, headStart) : 0;
      this.#beginTrailer(crcLength);
      return;
    }
    const headerLength = ddpHeaderLength(head[lengthFieldLength]!);
    if (length < headerLength) {
      const message = `FPDU of ${length} bytes, where the header alone takes ${headerLength} (RFC 5044, 4.1; RFC 5041, 4)`;
      throw new RdmaError("peer", message, TerminateCode.mpaFpdu);
    }
    this.#headLength = lengthFieldLength + headerLength;
  }

  #endHead(): void {
    this.#crc = this.#crcInUse && !this.#verified ? this.#crc32c.update(0, this.#head, 0, this.#headLength) : 0;
    this.#payloadLength = this.#ulpduLength - (this.#headLength - lengthFieldLength);
    this.#part = "payload";
    try {
      this.#sink.onSegment();
    } catch (error) {
      if (!(error instanceof RdmaError) || !this.#crcInUse || this.#verified) throw error;
      this.#judgement = error;
      this.#destination = undefined;
    }
    if (this.#payloadLength === 0) this.#endPayload();
  }

  // ----------------------------------------------------------------------------------------------------------------- payload

  #takePayload(chunk: Uint8Array, at: number, end: number): number {
    const to = Math.min(at + this.#payloadLength - this.#payloadFill, end);
    if (this.#destination !== undefined) {
      copy(chunk, at, to, this.#destination, this.#destinationOffset + this.#payloadFill);
      if (this.#isTagged) this.#counters.payloadBytesCopied += to - at;
    }
    this.#payloadArrived(chunk, at, to);
    return to;
  }

  /** Bytes [from, to) of `bytes` are the next ones of the payload, wherever they belong. */
  #payloadArrived(bytes: Uint8Array, from: number, to: number): void {
    if (this.#crcInUse && !this.#verified) this.#crc = this.#crc32c.update(this.#crc, bytes, from, to);
    this.#payloadFill += to - from;
    if (this.#payloadFill === this.#payloadLength) this.#endPayload();
  }

  #endPayload(): void {
    this.#beginTrailer(paddingOf(this.#ulpduLength) + crcLength);
  }

  // ----------------------------------------------------------------------------------------------------------------- trailer

  #beginTrailer(length: number): void {
    this.#trailerLength = length;
    this.#trailerFill = 0;
    this.#part = "trailer";
  }

  #takeTrailer(chunk: Uint8Array, at: number, end: number): number {
    if (this.#trailerFill === 0 && end - at >= this.#trailerLength && (this.#verified || !this.#crcInUse)) {
      this.#endFpdu(); // nobody looks at the trailer
      return at + this.#trailerLength;
    }
    let from = at;
    while (from < end && this.#trailerFill < this.#trailerLength) this.#trailer[this.#trailerFill++] = chunk[from++]!;
    if (this.#trailerFill === this.#trailerLength) this.#endFpdu();
    return from;
  }

  #endFpdu(): void {
    this.#checkCrc();
    if (this.#judgement !== undefined) throw this.#judgement;
    this.#counters.fpdusReceived++;
    this.#part = "header";
    this.#headFill = 0;
    this.#destination = undefined;
    if (this.#ulpduLength === 0) this.#sink.onEmptyFpdu();
    else this.#sink.onSegmentEnd();
  }

  #checkCrc(): void {
    if (!this.#crcInUse || this.#verified) return;
    const padding = this.#trailerLength - crcLength;
    const crc = this.#crc32c.update(this.#crc, this.#trailer, 0, padding);
    if (crc !== storedCrc(this.#trailer, padding)) throw crcError();
  }

  #fault(error: unknown): void {
    if (!(error instanceof RdmaError)) throw error;
    this.#stopped = true;
    this.#sink.onFault(error);
  }
}

/** Up to here a loop is faster than a view of the source. */
const copiedByHand = 96;

/** Bytes [from, to) of `source` to `at` in `destination`. */
function copy(source: Uint8Array, from: number, to: number, destination: Uint8Array, at: number): void {
  if (to - from <= copiedByHand) {
    for (let i = from, j = at; i < to; i++, j++) destination[j] = source[i]!;
  } else {
    destination.set(from === 0 && to === source.length ? source : source.subarray(from, to), at);
  }
}

function storedCrc(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function crcError(): RdmaError {
  return new RdmaError("peer", "the checksum of an FPDU does not match: the stream is damaged (RFC 5044, 4.4)", TerminateCode.mpaCrc);
}
