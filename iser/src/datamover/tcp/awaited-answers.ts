import type { Duration, Instant } from "kit/clock";
import { AnswerPace, answersReadBytesFor, bulkReadBytesFor, mostBulkBytes } from "#bytes";
import { bhsLength } from "#iscsi";
import type { InitiatorTransfer } from "./initiator-transfer.ts";
import { placeSegmentsFrom } from "./pdu-receiver.ts";

/** While segments are awaited that will be placed, only a header and little else is read, so that their payload does not end up in the scratch. */
const headerReadBytes = 8 * 1024;
/** From here on a write takes so long on its way out that reading its answer early gains nothing (64 KiB writes at depth 16: it costs a third). */
const longWrite = 32 * 1024;

/** Where the reads that are out are longer on average, a rest gains nothing: their bytes are what takes the time. */
const longestRestedRead = 16 * 1024;

/** What the commands that are out will bring, as far as it decides how much is read at once. */
export class AwaitedAnswers {
  #reads = 0;
  #readBytes = 0;
  /** Reads that are longer than a segment worth placing. */
  #largeReads = 0;
  #lastReadWasLarge = false;
  #writes = 0;
  #longWrites = 0;
  /** Whether the target cuts large reads into segments worth placing, as far as it has shown. */
  #segmentsAreLarge = true;

  readonly #pace = new AnswerPace();
  /** Answers since the last read was handled. */
  #answers = 0;

  sent(transfer: InitiatorTransfer): void {
    this.#count(transfer, 1);
  }

  ended(transfer: InitiatorTransfer): void {
    this.#answers++;
    this.#count(transfer, -1);
  }

  /** Everything that a read at `now` brought has been handled. */
  readHandled(now: Instant): void {
    this.#pace.arrived(this.#answers, this.#reads + this.#writes, now);
    this.#answers = 0;
  }

  /** How long the thread had better sleep before the next read. */
  get restMs(): Duration {
    return this.#longWrites > 0 || this.#readBytes > this.#reads * longestRestedRead ? 0 : this.#pace.restMs;
  }

  /** A data segment came: `length` bytes of the read of `transfer`, counted in it already. */
  segment(transfer: InitiatorTransfer, length: number): void {
    // The last segment of a read is as short as it happens to be, and says nothing.
    if (length >= placeSegmentsFrom) this.#segmentsAreLarge = true;
    else if (transfer.readsLength >= placeSegmentsFrom && transfer.received < transfer.readsLength) this.#segmentsAreLarge = false;
  }

  get bulkReadBytes(): number {
    if (this.#reads > 0) return this.#largeReads > 0 && this.#segmentsAreLarge ? headerReadBytes : this.#partOfReads();
    if (this.#writes > 0) return this.#longWrites > 0 ? mostBulkBytes : answersReadBytesFor(this.#writes, bhsLength);
    return this.#lastReadWasLarge && this.#segmentsAreLarge ? headerReadBytes : mostBulkBytes;
  }

  #partOfReads(): number {
    return bulkReadBytesFor(this.#readBytes + this.#reads * bhsLength, this.#reads);
  }

  #count(transfer: InitiatorTransfer, change: 1 | -1): void {
    const { readsLength, writesLength } = transfer;
    if (readsLength > 0) {
      const large = readsLength >= placeSegmentsFrom;
      this.#reads += change;
      this.#readBytes += change * readsLength;
      if (large) this.#largeReads += change;
      this.#lastReadWasLarge = large;
    } else if (writesLength > 0) {
      this.#writes += change;
      if (writesLength >= longWrite) this.#longWrites += change;
    }
  }
}
