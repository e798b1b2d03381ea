import { type InitiatorTask, ProtocolError, reservedTag, type TaskResponse, type TransferParameters } from "#iscsi";
import type { PieceLender } from "./pdu-sender.ts";

const noBytes = new Uint8Array(0);

/**
 * What becomes of a task's memory:
 *
 * - `moving`: data moves, or may.
 * - `responding`: the response is here; it is told when no piece of write data is under way any more.
 * - `releasing`: forgotten; its owner is told when neither a piece nor a placement touches its memory.
 */
export type TransferState = "moving" | "responding" | "releasing";

/** One task's data on its way: what came, what was asked for, and what the next PDU must say. A slot that is used again. */
export class InitiatorTransfer implements PieceLender {
  task!: InitiatorTask;
  tag = reservedTag;
  state: TransferState = "moving";
  piecesUnderWay = 0;
  /** Bytes of `dataIn` that are filled: the next Data-In continues there (DataPDUInOrder=Yes, DataSequenceInOrder=Yes). */
  received = 0;
  /** Data-In PDUs and R2Ts of one task share their numbers (RFC 7143, 11.7.5). */
  nextSn = 0;
  /** R2Ts whose data is not all queued for sending. */
  openR2ts = 0;
  /** Bursts of this transfer that wait in the queue. */
  queuedBursts = 0;
  /** The response, kept while the transfer is `responding`. */
  readonly response: TaskResponse = { response: 0, status: 0, residual: 0, sense: noBytes };

  start(task: InitiatorTask): void {
    this.task = task;
    this.tag = task.initiatorTaskTag;
    this.state = "moving";
    this.received = 0;
    this.nextSn = 0;
    this.openR2ts = 0;
  }

  get readsLength(): number {
    return this.task.dataIn?.length ?? 0;
  }

  get writesLength(): number {
    return this.task.dataOut?.length ?? 0;
  }

  /**
   * Judges a Data-In of `length` bytes; after it, they may be placed at `offset` of `dataIn`. How long a sequence is (MaxBurstLength) is not judged: tgt
   * sends a whole read as one, and the buffer is known anyway.
   */
  acceptDataIn(dataSn: number, offset: number, length: number): void {
    const expected = this.readsLength;
    this.#acceptSn(dataSn, "Data-In with DataSN", "11.7.5");
    if (length === 0) return;
    if (offset + length > expected) {
      throw new ProtocolError("sequence", `Data-In of ${length} bytes at ${offset}, past the ${expected} expected (RFC 7143, 11.7.6)`);
    }
    if (offset !== this.received) {
      throw new ProtocolError(
        "sequence",
        `Data-In at offset ${offset} where ${this.received} is due: the order of data was agreed (RFC 7143, 13.18)`,
      );
    }
    this.received += length;
  }

  /** Judges an R2T; after it, the `length` bytes at `offset` of `dataOut` may be sent. */
  acceptR2t(r2tSn: number, offset: number, length: number, parameters: TransferParameters): void {
    const expected = this.writesLength;
    this.#acceptSn(r2tSn, "R2T with R2TSN", "11.8.3");
    if (offset + length > expected) {
      throw new ProtocolError("sequence", `R2T for ${length} bytes at ${offset}, past the ${expected} expected (RFC 7143, 11.8.4)`);
    }
    if (length > parameters.maxBurstLength) {
      throw new ProtocolError(
        "sequence",
        `R2T for ${length} bytes, where MaxBurstLength is ${parameters.maxBurstLength} (RFC 7143, 11.8.4)`,
      );
    }
    if (this.openR2ts >= parameters.maxOutstandingR2T) {
      throw new ProtocolError("sequence", `more R2Ts at once than MaxOutstandingR2T, ${parameters.maxOutstandingR2T} (RFC 7143, 13.17)`);
    }
    this.openR2ts++;
  }

  #acceptSn(sn: number, what: string, clause: string): void {
    if (sn !== this.nextSn) throw new ProtocolError("sequence", `${what} ${sn} where ${this.nextSn} is due (RFC 7143, ${clause})`);
    this.nextSn = (this.nextSn + 1) >>> 0;
  }

  /**
   * The residual to report: what the target says, but never less than what did not come. A target that ends a read well and leaves bytes out
   * must not leave the caller with old memory that looks like data.
   */
  residualOf(status: number, residual: number): number {
    const missing = this.readsLength - this.received;
    return status === 0 && missing > 0 ? Math.max(missing, residual) : residual;
  }
}
