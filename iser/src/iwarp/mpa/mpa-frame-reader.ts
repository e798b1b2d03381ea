import { RdmaError } from "../rdmap/rdma-error.ts";
import { TerminateCode } from "../rdmap/terminate-code.ts";
import {
  type MpaFrame,
  type MpaFrameKind,
  maxPrivateDataLength,
  mpaFrameLength,
  mpaHeaderLength,
  parseMpaFrame,
  startsMpaFrame,
} from "./mpa-frame.ts";

/** Collects the one frame that the peer owes, however it arrives. */
export class MpaFrameReader {
  /** The frame, once it is complete. Its private data points into this reader. */
  frame: MpaFrame | undefined;

  readonly #kind: MpaFrameKind;
  readonly #bytes = new Uint8Array(mpaHeaderLength + maxPrivateDataLength);
  #fill = 0;
  #length = mpaHeaderLength;

  constructor(kind: MpaFrameKind) {
    this.#kind = kind;
  }

  /** Takes what belongs to the frame from [at, end) of `chunk`; returns where it stopped. Throws RdmaError for what is no such frame. */
  take(chunk: Uint8Array, at: number, end: number): number {
    let from = at;
    while (from < end && this.frame === undefined) {
      const count = Math.min(this.#length - this.#fill, end - from);
      this.#bytes.set(chunk.subarray(from, from + count), this.#fill);
      this.#fill += count;
      from += count;
      if (!startsMpaFrame(this.#kind, this.#bytes, this.#fill)) {
        throw invalidFrame(
          `the peer does not speak MPA: what came is no MPA ${this.#kind} (RFC 5044, 7.1); perhaps this port is not for iSER`,
        );
      }
      if (this.#fill === this.#length) this.#advance();
    }
    return from;
  }

  /** The header is complete, or the whole frame. */
  #advance(): void {
    const whole = mpaFrameLength(this.#bytes);
    if (whole > this.#bytes.length) {
      throw invalidFrame(
        `MPA ${this.#kind} with ${whole - mpaHeaderLength} bytes of private data, of ${maxPrivateDataLength} allowed (RFC 5044, 7.1)`,
      );
    }
    this.#length = whole;
    if (this.#fill < whole) return;
    this.frame = parseMpaFrame(this.#kind, this.#bytes.subarray(0, whole));
    if (this.frame === undefined) throw invalidFrame(`enhanced MPA ${this.#kind} without its two words (RFC 6581, 4.1)`);
  }
}

function invalidFrame(message: string): RdmaError {
  return new RdmaError("peer", message, TerminateCode.mpaFrame);
}
