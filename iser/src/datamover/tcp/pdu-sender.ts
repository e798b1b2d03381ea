import { type Crc32c, OutputQueue } from "#bytes";
import { BhsField, bhsLength, type DatamoverCounters, type TransferParameters } from "#iscsi";

/** Whoever lends payload to the socket: it must not give the memory back while a piece of it is under way. */
export interface PieceLender {
  piecesUnderWay: number;
}

const digestLength = 4;

/** Shorter payload is copied next to its header, so that one piece carries both; longer goes by reference (docs/decisions/hot-path.md). */
const lendFrom = 16 * 1024;

/**
 * Puts PDUs on the stream: `begin` a header, write what is left of it at the offset returned, `seal` it, then append its `data`, at once
 * and in this order.
 */
export class PduSender<Lender extends PieceLender> {
  readonly #queue: OutputQueue<Lender>;
  readonly #crc32c: Crc32c;
  readonly #counters: DatamoverCounters;
  #headerDigest = false;
  #dataDigest = false;
  /** Length of the header that was begun, with additional segments and without digest. */
  #headerLength = 0;

  /** `onReturned` is called for each piece of a lender that is no longer under way, after `piecesUnderWay` was lowered. */
  constructor(crc32c: Crc32c, counters: DatamoverCounters, onReturned: (lender: Lender) => void) {
    this.#crc32c = crc32c;
    this.#counters = counters;
    this.#queue = new OutputQueue<Lender>((lender) => {
      lender.piecesUnderWay--;
      onReturned(lender);
    });
  }

  /** Holds from the next PDU on. */
  configure(parameters: TransferParameters): void {
    this.#headerDigest = parameters.headerDigest;
    this.#dataDigest = parameters.dataDigest;
  }

  /** Where offsets returned by `begin` point into, until the next `begin` or `data`. */
  get bytes(): Uint8Array {
    return this.#queue.bytes;
  }

  get view(): DataView {
    return this.#queue.view;
  }

  get queuedBytes(): number {
    return this.#queue.queuedBytes;
  }

  /** Starts a PDU from a header that is written already, but for its lengths. */
  begin(bhs: Uint8Array, ahs: Uint8Array | undefined, dataLength: number): number {
    const ahsLength = ahs === undefined ? 0 : ahs.length;
    const at = this.#reserveHeader(ahsLength);
    const bytes = this.#queue.bytes;
    bytes.set(bhs, at);
    if (ahs !== undefined) bytes.set(ahs, at + bhsLength);
    this.#writeLengths(at, ahsLength, dataLength);
    return at;
  }

  /** Starts a PDU from nothing: everything but opcode, flags and length is zero. */
  beginEmpty(opcode: number, flags: number, dataLength: number): number {
    const at = this.#reserveHeader(0);
    const bytes = this.#queue.bytes;
    bytes.fill(0, at, at + bhsLength);
    bytes[at] = opcode;
    bytes[at + BhsField.flags] = flags;
    this.#writeLengths(at, 0, dataLength);
    return at;
  }

  /** The header begun at `at` is complete. */
  seal(at: number): void {
    this.#counters.pdusSent++;
    if (!this.#headerDigest) return;
    const end = at + this.#headerLength;
    this.view.setUint32(end, this.#crc32c.update(0, this.bytes, at, end), true);
  }

  /** Payload [start, end), lent by `lender` if it is worth it. */
  payload(source: Uint8Array, start: number, end: number, lender: Lender): void {
    const length = end - start;
    if (length === 0) return;
    this.#counters.payloadBytes += length;
    if (length < lendFrom) {
      this.#counters.payloadBytesCopied += length;
      this.#queue.copy(source, start, end);
    } else {
      lender.piecesUnderWay++;
      this.#queue.lend(source.subarray(start, end), lender);
    }
    this.#trailer(source, start, end);
  }

  /** `lender` gets one more piece back when everything put on the stream so far is sent. */
  notify(lender: Lender): void {
    lender.piecesUnderWay++;
    this.#queue.notify(lender);
  }

  /** A data segment that is no payload: text, sense. Copied. */
  text(data: Uint8Array): void {
    if (data.length === 0) return;
    this.#queue.copy(data);
    this.#trailer(data, 0, data.length);
  }

  take(): readonly Uint8Array[] {
    this.#counters.bytesSent += this.#queue.queuedBytes;
    return this.#queue.take();
  }

  sent(): void {
    this.#queue.sent();
  }

  /** Nothing is sent any more; lenders are told. */
  abandon(): void {
    this.#queue.abandon();
  }

  #reserveHeader(ahsLength: number): number {
    this.#headerLength = bhsLength + ahsLength;
    return this.#queue.reserve(this.#headerLength + (this.#headerDigest ? digestLength : 0));
  }

  #writeLengths(at: number, ahsLength: number, dataLength: number): void {
    this.view.setUint32(at + BhsField.totalAhsLength, (ahsLength << 22) | dataLength);
  }

  #trailer(source: Uint8Array, start: number, end: number): void {
    const padding = (start - end) & 3;
    const length = padding + (this.#dataDigest ? digestLength : 0);
    if (length === 0) return;
    const at = this.#queue.reserve(length);
    const bytes = this.#queue.bytes;
    for (let i = 0; i < padding; i++) bytes[at + i] = 0;
    if (!this.#dataDigest) return;
    const crc = this.#crc32c.update(this.#crc32c.update(0, source, start, end), bytes, at, at + padding);
    this.view.setUint32(at + padding, crc, true);
  }
}
