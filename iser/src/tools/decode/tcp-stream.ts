import type { TcpSegment } from "./tcp-segment.ts";

/** When and where bytes were seen. */
export interface Moment {
  readonly frame: number;
  readonly timeUs: number;
}

/** Who makes sense of one direction of a connection. */
export interface StreamReader {
  /** Bytes in the order in which they were sent. A call begins where a segment began; `isStart` tells that nothing was sent before. */
  bytes(bytes: Uint8Array, moment: Moment, isStart: boolean): void;
  /** Bytes that are not in the capture. */
  gap(count: number, moment: Moment): void;
}

interface Waiting {
  readonly sequence: number;
  readonly payload: Uint8Array;
  readonly missing: number;
  readonly moment: Moment;
}

/** Segments that wait for one that was lost are kept up to here; then it is taken to be missing from the capture. */
const maxWaiting = 4096;
const maxWaitingBytes = 16 * 1024 * 1024;

/** One direction of a TCP connection, put in order again: what came twice is heard once, what came early waits, what never came is a gap. */
export class TcpStream {
  readonly #reader: StreamReader;
  /** The sequence number that is due; undefined until something was seen. */
  #next: number | undefined = undefined;
  /** Nothing has come behind the beginning. */
  #isStart = false;
  /** In order of their numbers. */
  #waiting: Waiting[] = [];
  #waitingBytes = 0;

  constructor(reader: StreamReader) {
    this.#reader = reader;
  }

  /** Whether a SYN with this number opens the stream that is known here. */
  isOpenedBy(sequence: number): boolean {
    return this.#next === undefined || (this.#isStart && this.#next === (sequence + 1) >>> 0);
  }

  segment({ sequence, isSyn, payload, missing }: TcpSegment, moment: Moment): void {
    if (isSyn) {
      this.#next = (sequence + 1) >>> 0;
      this.#isStart = true;
      return;
    }
    if (payload.length + missing === 0) return;
    this.#next ??= sequence;
    this.#accept({ sequence, payload, missing, moment });
    if (this.#waiting.length > maxWaiting || this.#waitingBytes > maxWaitingBytes) this.#giveUp();
  }

  /** Nothing more will come. */
  end(): void {
    while (this.#waiting.length > 0) this.#giveUp();
  }

  #accept(piece: Waiting): void {
    const ahead = (piece.sequence - this.#next!) | 0;
    if (ahead > 0) this.#wait(piece);
    else {
      this.#deliver(piece, -ahead);
      this.#drain();
    }
  }

  /** Hands on what of `piece` is new; its first `old` bytes are not. */
  #deliver({ payload, missing, moment }: Waiting, old: number): void {
    const fresh = payload.length + missing - old;
    if (fresh <= 0) return;
    if (old < payload.length) this.#reader.bytes(payload.subarray(old), moment, this.#isStart);
    this.#isStart = false;
    if (missing > 0) this.#reader.gap(Math.min(missing, fresh), moment);
    this.#next = (this.#next! + fresh) >>> 0;
  }

  #wait(piece: Waiting): void {
    const distance = ({ sequence }: Waiting): number => (sequence - this.#next!) | 0;
    let at = this.#waiting.length;
    while (at > 0 && distance(this.#waiting[at - 1]!) > distance(piece)) at -= 1;
    this.#waiting.splice(at, 0, piece);
    this.#waitingBytes += piece.payload.length;
  }

  #drain(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const ahead = (first.sequence - this.#next!) | 0;
      if (ahead > 0) return;
      this.#waiting.shift();
      this.#waitingBytes -= first.payload.length;
      this.#deliver(first, -ahead);
    }
  }

  /** What is before the first that waits does not come any more. */
  #giveUp(): void {
    const first = this.#waiting[0]!;
    this.#reader.gap((first.sequence - this.#next!) >>> 0, first.moment);
    this.#isStart = false;
    this.#next = first.sequence;
    this.#drain();
  }
}
