import { type Crc32c, OutputQueue } from "#bytes";
import { crcLength, lengthFieldLength, paddingOf } from "./fpdu.ts";

/** Whoever lends payload to the socket: it must not give the memory back while a piece of it is under way. */
export interface PieceLender {
  piecesUnderWay: number;
}

/** What a sender counts; see QueuePairCounters. */
export interface FpduSenderCounters {
  bytesSent: number;
  fpdusSent: number;
  payloadBytesCopied: number;
}

/** Shorter payload is copied next to its header, so that one piece carries both; longer goes by reference (docs/decisions/hot-path.md). */
const lendFrom = 16 * 1024;

/**
 * Puts FPDUs on the stream: `begin` one, write the segment's header at the offset returned, `seal` it, append its payload in any number of parts, `end` it; at once
 * and in this order.
 */
export class FpduSender<Lender extends PieceLender> {
  readonly #queue: OutputQueue<Lender>;
  readonly #crc32c: Crc32c;
  readonly #counters: FpduSenderCounters;
  #crcInUse = false;
  #headLength = 0;
  #ulpduLength = 0;
  #crc = 0;

  /** `onReturned` is called for each piece of a lender that is no longer under way, after `piecesUnderWay` was lowered. */
  constructor(crc32c: Crc32c, counters: FpduSenderCounters, onReturned: (lender: Lender) => void) {
    this.#crc32c = crc32c;
    this.#counters = counters;
    this.#queue = new OutputQueue<Lender>((lender) => {
      lender.piecesUnderWay--;
      onReturned(lender);
    });
  }

  /** Whether checksums are computed; otherwise their field is zero. */
  configure(crcInUse: boolean): void {
    this.#crcInUse = crcInUse;
  }

  /** Where offsets returned by `begin` point into, until `seal`. */
  get view(): DataView {
    return this.#queue.view;
  }

  get queuedBytes(): number {
    return this.#queue.queuedBytes;
  }

  /** Bytes that are no FPDU: an MPA frame. Copied. */
  frame(bytes: Uint8Array): void {
    this.#queue.copy(bytes);
  }

  /** An FPDU with a segment header of `headerLength` bytes (0: empty) and `payloadLength` bytes behind it. */
  begin(headerLength: number, payloadLength: number): number {
    this.#headLength = lengthFieldLength + headerLength;
    this.#ulpduLength = headerLength + payloadLength;
    const at = this.#queue.reserve(this.#headLength);
    this.#queue.view.setUint16(at, this.#ulpduLength);
    return at + lengthFieldLength;
  }

  /** The header begun at `at` is complete. */
  seal(at: number): void {
    if (!this.#crcInUse) return;
    const start = at - lengthFieldLength;
    this.#crc = this.#crc32c.update(0, this.#queue.bytes, start, start + this.#headLength);
  }

  /** Payload that is copied. */
  copy(source: Uint8Array, start: number, end: number): void {
    if (this.#crcInUse) this.#crc = this.#crc32c.update(this.#crc, source, start, end);
    this.#queue.copy(source, start, end);
  }

  /** Payload lent by `lender`, if that is worth it. `isTagged`: counted when it is not. */
  lend(source: Uint8Array, start: number, end: number, lender: Lender, isTagged: boolean): void {
    if (end - start < lendFrom) {
      if (isTagged) this.#counters.payloadBytesCopied += end - start;
      this.copy(source, start, end);
      return;
    }
    if (this.#crcInUse) this.#crc = this.#crc32c.update(this.#crc, source, start, end);
    lender.piecesUnderWay++;
    this.#queue.lend(source.subarray(start, end), lender);
  }

  /** Padding and checksum. */
  end(): void {
    this.#counters.fpdusSent++;
    const padding = paddingOf(this.#ulpduLength);
    const at = this.#queue.reserve(padding + crcLength);
    const { bytes } = this.#queue;
    for (let i = 0; i < padding; i++) bytes[at + i] = 0;
    const crc = this.#crcInUse ? this.#crc32c.update(this.#crc, bytes, at, at + padding) : 0;
    this.#queue.view.setUint32(at + padding, crc, true);
  }

  /** `lender` gets one more piece back when everything put on the stream so far is sent. */
  notify(lender: Lender): void {
    lender.piecesUnderWay++;
    this.#queue.notify(lender);
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
}
