const slabSize = 64 * 1024;

/** Slabs kept when they are idle; what a burst needed beyond that goes back to the collector. */
const slabsKept = 2;

/**
 * Memory for output that is written once, sent, and then written again: a queue of 64 KiB slabs. What is reserved one after the other lies side by
 * side in one slab, so that many small messages leave as one piece and one write(2).
 *
 * Invariant: bytes of a slab are handed out again only after `release` was called for every piece that was `cut` from it.
 */
export class OutputSlab {
  /** The slab in use and a view of it: where `reserve` points into. Change with every `reserve`. */
  bytes: Uint8Array;
  view: DataView;

  #current: Slab;
  readonly #idle: Slab[] = [];
  /** Slabs of the pieces that were cut, oldest first: `release` gives them back in this order. */
  readonly #lent: Slab[] = [];
  #pieceStart = 0;
  #end = 0;

  constructor() {
    this.#current = new Slab();
    this.bytes = this.#current.bytes;
    this.view = this.#current.view;
  }

  /** Bytes reserved since the last `cut`. */
  get pending(): number {
    return this.#end - this.#pieceStart;
  }

  /** Whether `length` more bytes lie side by side with what is pending; if not, `cut` first, then `reserve`. */
  fits(length: number): boolean {
    return this.#end + length <= slabSize;
  }

  /** The longest message that one `reserve` takes. */
  static readonly maxReserve = slabSize;

  /** Room for `length` bytes, and the offset of it in `bytes` and `view`. Nothing may be pending unless it `fits`. */
  reserve(length: number): number {
    if (!this.fits(length)) this.#nextSlab(length);
    const offset = this.#end;
    this.#end += length;
    return offset;
  }

  /** Ends the piece that is pending and lends it out. Something must be pending. */
  cut(): Uint8Array {
    const piece = this.bytes.subarray(this.#pieceStart, this.#end);
    this.#pieceStart = this.#end;
    this.#current.piecesLent++;
    this.#lent.push(this.#current);
    return piece;
  }

  /** The oldest piece that was cut is back. */
  release(): void {
    const slab = this.#lent.shift();
    if (slab === undefined) throw new Error("OutputSlab: released more pieces than were cut");
    slab.piecesLent--;
    if (slab.piecesLent > 0) return;
    if (slab === this.#current) this.#rewind();
    else if (this.#idle.length < slabsKept) this.#idle.push(slab);
  }

  /** Nothing of the slab in use is lent: start it over, which keeps a quiet connection in the same few cache lines. */
  #rewind(): void {
    if (this.pending > 0) return;
    this.#pieceStart = 0;
    this.#end = 0;
  }

  #nextSlab(length: number): void {
    if (this.pending > 0 || length > slabSize) throw new Error("OutputSlab: reserve does not fit behind what is pending");
    // A slab with nothing lent was filled by bytes that are all back; it simply starts over.
    if (this.#current.piecesLent > 0) this.#current = this.#idle.pop() ?? new Slab();
    this.bytes = this.#current.bytes;
    this.view = this.#current.view;
    this.#pieceStart = 0;
    this.#end = 0;
  }
}

class Slab {
  // A Buffer, because sockets take those without wrapping them; outside the pool, because it is cut up here.
  readonly bytes: Uint8Array = Buffer.allocUnsafeSlow(slabSize);
  readonly view = new DataView(this.bytes.buffer);
  piecesLent = 0;
}
