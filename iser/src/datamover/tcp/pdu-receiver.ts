import type { Crc32c } from "#bytes";
import { BhsField, bhsLength, type DatamoverCounters, opcodeMask, opcodeName, ProtocolError, type TransferParameters } from "#iscsi";

/** Who is told of PDUs as they arrive. Methods may throw a ProtocolError: it ends up in `onFault` like one that the receiver finds. */
export interface PduSink {
  /**
   * The header of a PDU is in `receiver.header` and its digest is right; nothing of its data segment has been looked at. `placeData` or `skipData`
   * may be called now; otherwise the data is collected.
   */
  onHeader(): void;
  /**
   * The PDU is complete; `receiver.header` still holds its header. `data` is borrowed, and empty if it was placed or skipped. `intact` is false if
   * the data digest does not match.
   */
  onPdu(data: Uint8Array, intact: boolean): void;
  /** The stream is of no more use; nothing else follows. */
  onFault(error: ProtocolError): void;
}

/** A PDU's parts, in order. Padding and data digest are one part, the trailer. */
type Part = "header" | "data" | "trailer";

/** What becomes of the data segment that is arriving. */
type Disposition = "collect" | "place" | "skip";

const longestHeader = bhsLength + 255 * 4;
const digestLength = 4;
const nothing = new Uint8Array(0);

/** From this data segment on the kernel writes into the destination itself; shorter ones are copied out of bulk reads (docs/decisions/hot-path.md). */
export const placeSegmentsFrom = 192 * 1024;
/** The rest of such a segment is placed as long as it is worth a read of its own. */
const placeRestFrom = 8 * 1024;

/**
 * Cuts a byte stream into PDUs (RFC 7143, 11.2), whatever the sizes in which it arrives: basic header, additional headers, header digest, data, padding,
 * data digest. Lengths are checked before memory is taken for them, digests are computed as bytes pass.
 */
export class PduReceiver {
  /** Basic and additional header segments of the current PDU. */
  readonly header = new Uint8Array(longestHeader + digestLength);
  readonly view = new DataView(this.header.buffer);
  /** The first 48 bytes of `header`. */
  readonly bhs = this.header.subarray(0, bhsLength);

  readonly #sink: PduSink;
  readonly #crc32c: Crc32c;
  readonly #counters: DatamoverCounters;
  #headerDigest = false;
  #dataDigest = false;
  #maxDataSegmentLength: number;

  #part: Part = "header";
  #stopped = false;
  #headerFill = 0;
  #headerLength = bhsLength;

  #dataLength = 0;
  #dataFill = 0;
  #dataCrc = 0;
  #disposition: Disposition = "collect";
  #destination: Uint8Array = nothing;
  #destinationOffset = 0;
  /** How much of the data segment has a place; the rest is thrown away. */
  #placeLength = 0;
  #collected: Uint8Array = nothing;
  #placementLent = false;

  readonly #trailer = new Uint8Array(3 + digestLength);
  #trailerFill = 0;
  #trailerLength = 0;

  constructor(sink: PduSink, crc32c: Crc32c, counters: DatamoverCounters, parameters: TransferParameters) {
    this.#sink = sink;
    this.#crc32c = crc32c;
    this.#counters = counters;
    this.#maxDataSegmentLength = parameters.maxRecvDataSegmentLength;
  }

  /** Holds from the next PDU on. */
  configure(parameters: TransferParameters): void {
    this.#headerDigest = parameters.headerDigest;
    this.#dataDigest = parameters.dataDigest;
    this.#maxDataSegmentLength = parameters.maxRecvDataSegmentLength;
  }

  /** Whether a PDU has begun and not ended. */
  get midPdu(): boolean {
    return this.#part !== "header" || this.#headerFill > 0;
  }

  get opcode(): number {
    return this.header[BhsField.opcode]! & opcodeMask;
  }

  /** Length of the current PDU's data segment. */
  get dataLength(): number {
    return this.#dataLength;
  }

  /** The current PDU's additional header segments; a view, empty when there are none. */
  get ahs(): Uint8Array {
    const length = this.header[BhsField.totalAhsLength]! * 4;
    return length === 0 ? nothing : this.header.subarray(bhsLength, bhsLength + length);
  }

  /** Whether `destination` of the current PDU is in the hands of the shell, which may write to it at any time. */
  get placementLent(): boolean {
    return this.#placementLent;
  }

  /** From within `onHeader`: the first `length` bytes of the data go to `offset` of `destination`, which holds them; the rest is thrown away. */
  placeData(destination: Uint8Array, offset: number, length: number): void {
    if (offset < 0 || length < 0 || offset + length > destination.length)
      throw new RangeError("PduReceiver: data placed outside its destination");
    this.#disposition = length > 0 ? "place" : "skip";
    this.#destination = destination;
    this.#destinationOffset = offset;
    this.#placeLength = length;
  }

  /** The data of the current PDU, or what is still to come of it, is thrown away. */
  skipData(): void {
    this.#disposition = "skip";
  }

  /** Nothing more is received. */
  stop(): void {
    this.#stopped = true;
  }

  /** The stream is gone, and whatever its shell held. */
  closed(): void {
    this.#stopped = true;
    this.#placementLent = false;
  }

  receive(chunk: Uint8Array): void {
    this.#placementLent = false;
    const end = chunk.length;
    this.#counters.bytesReceived += end;
    let at = 0;
    try {
      while (at < end && !this.#stopped) {
        if (this.#part === "header") at = this.#takeHeader(chunk, at, end);
        else if (this.#part === "data") at = this.#takeData(chunk, at, end);
        else at = this.#takeTrailer(chunk, at, end);
      }
    } catch (error) {
      this.#fault(error);
    }
  }

  /** Where the kernel may put the next bytes of the stream; see ByteStreamCore. */
  placement(): Uint8Array | undefined {
    if (this.#part !== "data" || this.#disposition !== "place" || this.#dataLength < placeSegmentsFrom || this.#stopped) return undefined;
    const rest = this.#placeLength - this.#dataFill;
    if (rest < placeRestFrom) return undefined;
    this.#placementLent = true;
    const from = this.#destinationOffset + this.#dataFill;
    return this.#destination.subarray(from, from + rest);
  }

  placed(count: number): void {
    this.#placementLent = false;
    this.#counters.bytesReceived += count;
    this.#counters.payloadBytes += count;
    if (this.#stopped) return;
    const from = this.#destinationOffset + this.#dataFill;
    try {
      this.#dataArrived(this.#destination, from, from + count);
    } catch (error) {
      this.#fault(error);
    }
  }

  // ------------------------------------------------------------------------------------------------------------------ header

  #takeHeader(chunk: Uint8Array, at: number, end: number): number {
    const count = Math.min(this.#headerLength - this.#headerFill, end - at);
    const header = this.header;
    // A loop rather than `set`: 48 bytes are copied sooner than a view of the chunk is made.
    for (let i = 0, to = this.#headerFill; i < count; i++, to++) header[to] = chunk[at + i]!;
    this.#headerFill += count;
    if (this.#headerFill === this.#headerLength) {
      const whole = bhsLength + header[BhsField.totalAhsLength]! * 4 + (this.#headerDigest ? digestLength : 0);
      if (this.#headerLength < whole) this.#headerLength = whole;
      else this.#endHeader();
    }
    return at + count;
  }

  #endHeader(): void {
    if (this.#headerDigest) this.#checkHeaderDigest();
    const length = this.view.getUint32(BhsField.totalAhsLength) & 0xffffff;
    if (length > this.#maxDataSegmentLength) {
      throw new ProtocolError(
        "framing",
        `${opcodeName(this.opcode)} with a data segment of ${length} bytes, where MaxRecvDataSegmentLength is ${this.#maxDataSegmentLength} (RFC 7143, 13.12)`,
      );
    }
    this.#counters.pdusReceived++;
    this.#dataLength = length;
    this.#dataFill = 0;
    this.#dataCrc = 0;
    this.#disposition = "collect";
    this.#collected = nothing;
    this.#part = "data";
    this.#sink.onHeader();
    if (length === 0) this.#endPdu(true);
  }

  #checkHeaderDigest(): void {
    const end = this.#headerLength - digestLength;
    if (this.#crc32c.update(0, this.header, 0, end) === this.view.getUint32(end, true)) return;
    throw new ProtocolError("header-digest", "the header digest of a PDU does not match: the stream is damaged (RFC 7143, 7.8)");
  }

  // -------------------------------------------------------------------------------------------------------------------- data

  #takeData(chunk: Uint8Array, at: number, end: number): number {
    const to = Math.min(at + this.#dataLength - this.#dataFill, end);
    if (this.#disposition === "place") this.#copyToPlace(chunk, at, to);
    else if (this.#disposition === "collect") this.#collect(chunk, at, to, end);
    this.#dataArrived(chunk, at, to);
    return to;
  }

  #copyToPlace(chunk: Uint8Array, at: number, end: number): void {
    const to = Math.min(end, at + this.#placeLength - this.#dataFill);
    if (to <= at) return;
    this.#destination.set(chunk.subarray(at, to), this.#destinationOffset + this.#dataFill);
    this.#counters.payloadBytes += to - at;
    this.#counters.payloadBytesCopied += to - at;
  }

  /** Whole data segments whose trailer is here too are shown where they are; others are put together. */
  #collect(chunk: Uint8Array, at: number, to: number, end: number): void {
    if (this.#dataFill === 0) {
      if (to - at === this.#dataLength && end - to >= this.#lengthOfTrailer()) {
        this.#collected = chunk.subarray(at, to);
        return;
      }
      this.#collected = new Uint8Array(this.#dataLength);
    }
    this.#collected.set(chunk.subarray(at, to), this.#dataFill);
  }

  /** Bytes [from, to) of `bytes` are the next ones of the data segment, wherever they belong. */
  #dataArrived(bytes: Uint8Array, from: number, to: number): void {
    if (this.#dataDigest) this.#dataCrc = this.#crc32c.update(this.#dataCrc, bytes, from, to);
    this.#dataFill += to - from;
    if (this.#dataFill < this.#dataLength) return;
    this.#trailerLength = this.#lengthOfTrailer();
    this.#trailerFill = 0;
    if (this.#trailerLength === 0) this.#endPdu(true);
    else this.#part = "trailer";
  }

  #lengthOfTrailer(): number {
    return (-this.#dataLength & 3) + (this.#dataDigest ? digestLength : 0);
  }

  #takeTrailer(chunk: Uint8Array, at: number, end: number): number {
    let from = at;
    while (from < end && this.#trailerFill < this.#trailerLength) this.#trailer[this.#trailerFill++] = chunk[from++]!;
    if (this.#trailerFill === this.#trailerLength) this.#endPdu(this.#dataDigestMatches());
    return from;
  }

  #dataDigestMatches(): boolean {
    if (!this.#dataDigest) return true;
    const trailer = this.#trailer;
    const padding = this.#trailerLength - digestLength;
    const crc = this.#crc32c.update(this.#dataCrc, trailer, 0, padding);
    const stored = trailer[padding]! | (trailer[padding + 1]! << 8) | (trailer[padding + 2]! << 16) | (trailer[padding + 3]! << 24);
    return crc === stored >>> 0;
  }

  #endPdu(intact: boolean): void {
    const data = this.#collected;
    this.#part = "header";
    this.#headerFill = 0;
    this.#headerLength = bhsLength;
    this.#destination = nothing;
    this.#collected = nothing;
    if (!this.#stopped) this.#sink.onPdu(data, intact);
  }

  #fault(error: unknown): void {
    if (!(error instanceof ProtocolError)) throw error;
    this.#stopped = true;
    this.#sink.onFault(error);
  }
}
