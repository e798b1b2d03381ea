import { RdmaError } from "../rdmap/rdma-error.ts";
import { TerminateCode } from "../rdmap/terminate-code.ts";

/**
 * Where an untagged queue stands on the receiving side. TCP keeps order, so the next segment must be the next one in both numbers; a gap means that the
 * peer has lost count (RFC 5041, 5.1 and 7.2).
 */
export class UntaggedQueue {
  /** Number of the message that is arriving or the next to arrive. */
  #messageNumber = 1;
  /** How much of it is there. */
  fill = 0;

  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** Checks a segment of `length` bytes against what must come next, and against the `capacity` of the message's buffer. */
  check(messageNumber: number, messageOffset: number, length: number, capacity: number): void {
    if (messageNumber !== this.#messageNumber) {
      const message = `${this.#name} message number ${messageNumber} where ${this.#messageNumber} is next (RFC 5041, 7.2)`;
      throw new RdmaError("peer", message, TerminateCode.ddpMsnRange);
    }
    if (messageOffset !== this.fill) {
      const message = `${this.#name} message offset ${messageOffset} where ${this.fill} bytes have come (RFC 5041, 7.2)`;
      throw new RdmaError("peer", message, TerminateCode.ddpMessageOffset);
    }
    if (messageOffset + length > capacity) {
      const message = `${this.#name} message of ${messageOffset + length} bytes or more into a buffer of ${capacity} (RFC 5041, 7.2)`;
      throw new RdmaError("peer", message, TerminateCode.ddpTooLong);
    }
  }

  /** The segment is there. */
  advance(length: number, last: boolean): void {
    this.fill += length;
    if (!last) return;
    this.#messageNumber = (this.#messageNumber + 1) >>> 0;
    this.fill = 0;
  }
}
