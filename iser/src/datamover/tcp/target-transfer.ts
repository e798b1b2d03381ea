import { type FetchFailure, ProtocolError, reservedTag, type TargetTask, type TaskResponse, type TransferParameters } from "#iscsi";
import type { PieceLender } from "./pdu-sender.ts";
import type { Tagged } from "./tag-table.ts";

const noBytes = new Uint8Array(0);

export type FetchDone = (failure: FetchFailure | undefined) => void;

/**
 * One task's data on its way at the target: what write data came and was asked for, then what read data and status go out. A slot that is used again.
 */
export class TargetTransfer implements PieceLender, Tagged {
  /** Distinguishes the transfers of a connection in Target Transfer Tags. */
  readonly index: number;
  task!: TargetTask;
  tag = reservedTag;
  /** Until `respond` or `release`: the initiator may still send data for the task. */
  open = false;
  piecesUnderWay = 0;

  // ---- write data ----
  /** Bytes that came, from offset 0 on without a gap; also those that nobody wanted. */
  received = 0;
  /** Unsolicited Data-Out PDUs are still to come, up to this offset. */
  unsolicited = false;
  unsolicitedEnd = 0;
  /** Set for good: no more data is taken, and `fetch` ends with it. */
  failure: "data-digest" | "sequence" | undefined = undefined;
  fetchDone: FetchDone | undefined = undefined;
  fetchEnd = 0;
  /** Where the data of the R2Ts sent so far ends, and of the oldest one that is open. */
  requestedEnd = 0;
  burstEnd = 0;
  openR2ts = 0;
  #oldestR2tSn = 0;
  #nextDataSn = 0;

  // ---- read data and status ----
  /** R2Ts and Data-In PDUs sent: they share their numbers (RFC 7143, 11.7.5). */
  sentSn = 0;
  data: Uint8Array = noBytes;
  sent = 0;
  sequenceEnd = 0;
  readonly response: TaskResponse = { response: 0, status: 0, residual: 0, sense: noBytes };
  respondDone: (() => void) | undefined = undefined;
  releaseDone: (() => void) | undefined = undefined;

  constructor(index: number) {
    this.index = index;
  }

  start(task: TargetTask, tag: number, unsolicited: boolean, unsolicitedEnd: number): void {
    this.task = task;
    this.tag = tag;
    this.open = true;
    this.received = 0;
    this.unsolicited = unsolicited;
    this.unsolicitedEnd = unsolicitedEnd;
    this.failure = undefined;
    this.fetchEnd = 0;
    this.requestedEnd = 0;
    this.burstEnd = 0;
    this.openR2ts = 0;
    this.#nextDataSn = 0;
    this.sentSn = 0;
    this.data = noBytes;
    this.sent = 0;
  }

  /** How many of the `length` bytes at `offset` the target has room for. */
  wanted(offset: number, length: number): number {
    const room = (this.task.dataOut?.length ?? 0) - offset;
    return room > 0 ? Math.min(room, length) : 0;
  }

  /** The tag of the R2T numbered `r2tSn`. */
  transferTag(r2tSn: number): number {
    return ((this.index << 16) | (r2tSn & 0xffff)) >>> 0;
  }

  /** Records an R2T that was sent for [offset, end). */
  requested(r2tSn: number, end: number): void {
    if (this.openR2ts === 0) {
      this.#oldestR2tSn = r2tSn;
      this.burstEnd = end;
      this.#nextDataSn = 0;
    }
    this.openR2ts++;
    this.requestedEnd = end;
  }

  /**
   * Judges the header of a Data-Out. What breaks the order of the task's data becomes its `failure`; a Target Transfer Tag that nobody gave out
   * is thrown.
   */
  acceptDataOut(transferTag: number, dataSn: number, offset: number, length: number): void {
    if (this.failure !== undefined) return;
    if (transferTag === reservedTag ? !this.unsolicited : !this.#isOldest(transferTag)) this.failure = "sequence";
    else if (dataSn !== this.#nextDataSn || offset !== this.received) this.failure = "sequence";
    else if (offset + length > (transferTag === reservedTag ? this.unsolicitedEnd : this.burstEnd)) this.failure = "sequence";
    this.#nextDataSn = (this.#nextDataSn + 1) >>> 0;
  }

  #isOldest(transferTag: number): boolean {
    const age = (transferTag - this.transferTag(this.#oldestR2tSn)) & 0xffff;
    if (transferTag >>> 16 === this.index && age < this.openR2ts) return age === 0;
    throw new ProtocolError(
      "tag",
      `Data-Out with the Target Transfer Tag 0x${transferTag.toString(16).padStart(8, "0")}, which no R2T of its task has (RFC 7143, 11.7.4)`,
    );
  }

  /** The F bit came: the sequence must be all there. Moves on to the next R2T. */
  endSequence(parameters: TransferParameters): void {
    this.#nextDataSn = 0;
    if (this.unsolicited) {
      this.unsolicited = false;
      return;
    }
    if (this.failure !== undefined) return;
    if (this.received !== this.burstEnd) this.failure = "sequence";
    this.openR2ts--;
    this.#oldestR2tSn = (this.#oldestR2tSn + 1) >>> 0;
    this.burstEnd = Math.min(this.burstEnd + parameters.maxBurstLength, this.requestedEnd);
  }
}

/** Transfers that are over, to be used again. */
export class TargetTransferPool {
  readonly #spare: TargetTransfer[] = [];
  #made = 0;

  take(): TargetTransfer {
    // 15 bits keep the highest tag away from the reserved one; two transfers with one index could only confuse a trace.
    return this.#spare.pop() ?? new TargetTransfer(this.#made++ & 0x7fff);
  }

  give(transfer: TargetTransfer): void {
    transfer.data = noBytes;
    transfer.response.sense = noBytes;
    this.#spare.push(transfer);
  }
}
