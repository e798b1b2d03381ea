import { OutputSlab } from "./output-slab.ts";

/**
 * What a core has to send, in stream order: small things are written into slabs and leave side by side as one piece; large things are lent
 * by reference. `take` and `sent` are the two halves of `ByteStreamCore.takeOutput` and `outputSent`.
 *
 * A `Lender` is told once for each piece it lent (and each `notify`), when the piece is sent or will never be.
 */
export class OutputQueue<Lender> {
  readonly #slab = new OutputSlab();
  readonly #onReturned: (lender: Lender) => void;

  /** The batch being put together. */
  #pieces: Uint8Array[] = [];
  #batch = new Batch<Lender>();
  #queuedBytes = 0;

  /** Batches taken and not yet sent, oldest first, and spent records to use again. */
  readonly #taken: Batch<Lender>[] = [];
  readonly #spent: Batch<Lender>[] = [];

  constructor(onReturned: (lender: Lender) => void) {
    this.#onReturned = onReturned;
  }

  /** Where the offsets that `reserve` returns point into; ask again after every `reserve`. */
  get bytes(): Uint8Array {
    return this.#slab.bytes;
  }

  get view(): DataView {
    return this.#slab.view;
  }

  /** Bytes that the next `take` would return. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Whether nothing is queued and nothing is under way. */
  get idle(): boolean {
    return this.#queuedBytes === 0 && this.#taken.length === 0;
  }

  /** Appends `length` bytes (at most 64 KiB) side by side; the caller writes them all, at the offset returned, before it appends anything else. */
  reserve(length: number): number {
    if (!this.#slab.fits(length)) this.#cut();
    this.#queuedBytes += length;
    return this.#slab.reserve(length);
  }

  /** Appends a copy of [start, end). */
  copy(source: Uint8Array, start = 0, end = source.length): void {
    let from = start;
    while (from < end) {
      const to = Math.min(end, from + OutputSlab.maxReserve);
      const offset = this.reserve(to - from);
      this.bytes.set(from === 0 && to === source.length ? source : source.subarray(from, to), offset);
      from = to;
    }
  }

  /** Appends `piece` (not empty) itself: it stays untouched until `lender` is told. */
  lend(piece: Uint8Array, lender: Lender): void {
    this.#cut();
    this.#pieces.push(piece);
    this.#batch.lenders.push(lender);
    this.#queuedBytes += piece.length;
  }

  /** Tells `lender`, as if it had lent a piece, when what is queued so far is sent. Something must be queued. */
  notify(lender: Lender): void {
    this.#batch.lenders.push(lender);
  }

  /** The pieces to send, as one batch; empty when nothing is queued. */
  take(): readonly Uint8Array[] {
    if (this.#queuedBytes === 0) return nothing;
    this.#cut();
    const pieces = this.#pieces;
    this.#taken.push(this.#batch);
    this.#pieces = [];
    this.#batch = this.#spent.pop() ?? new Batch<Lender>();
    this.#queuedBytes = 0;
    return pieces;
  }

  /** The oldest batch taken is sent: its slab memory is used again and its lenders are told. */
  sent(): void {
    const batch = this.#taken.shift();
    if (batch === undefined) throw new Error("OutputQueue: more batches sent than were taken");
    this.#giveBack(batch);
  }

  /** Nothing will be sent any more: every lender is told. */
  abandon(): void {
    this.#cut();
    this.#pieces = [];
    this.#queuedBytes = 0;
    this.#taken.push(this.#batch);
    this.#batch = new Batch<Lender>();
    while (this.#taken.length > 0) this.sent();
  }

  #cut(): void {
    if (this.#slab.pending === 0) return;
    this.#pieces.push(this.#slab.cut());
    this.#batch.slabPieces++;
  }

  #giveBack(batch: Batch<Lender>): void {
    for (; batch.slabPieces > 0; batch.slabPieces--) this.#slab.release();
    // Told in order; a lender may append new output meanwhile, which goes into another batch.
    for (let i = 0; i < batch.lenders.length; i++) this.#onReturned(batch.lenders[i]!);
    batch.lenders.length = 0;
    this.#spent.push(batch);
  }
}

const nothing: readonly Uint8Array[] = [];

/** What goes back when one batch is sent. */
class Batch<Lender> {
  slabPieces = 0;
  readonly lenders: Lender[] = [];
}
