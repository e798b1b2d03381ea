/**
 * A stretch of memory in which several requests lie side by side: what arrived, or replies in the order in which they leave.
 * Nobody owns it; its uses are counted, and after the last one it returns to the pool.
 *
 *     |16| 4096 |16| 4096 |16| 4096 |      three replies to reads, adjacent: one piece to send
 */
export class Slab {
  readonly memory: Buffer;
  readonly view: DataView;
  /** Kept by the account. */
  uses = 0;

  // A Buffer over part of another costs as much as copying a sector. Under load the same lengths come in the same order, so that the views
  // of the last round fit again.
  readonly #payloads: (Buffer | undefined)[] = [];
  readonly #runs: (Buffer | undefined)[] = [];

  constructor(capacity: number) {
    // Zeroed: a device that broke its promise to fill the buffer must not tell what was here before.
    this.memory = Buffer.alloc(capacity);
    this.view = new DataView(this.memory.buffer, this.memory.byteOffset, capacity);
  }

  get capacity(): number {
    return this.memory.length;
  }

  /** A view for the data of one request. */
  payload(start: number, end: number): Buffer {
    return remembered(this.#payloads, this.memory, start, end);
  }

  /** A view of what is sent or received at once. */
  run(start: number, end: number): Buffer {
    return remembered(this.#runs, this.memory, start, end);
  }
}

/** At most one view for each 512 bytes is remembered: no request with data is shorter. */
const placeBits = 9;

function remembered(views: (Buffer | undefined)[], memory: Buffer, start: number, end: number): Buffer {
  const place = start >>> placeBits;
  const view = views[place];
  if (view !== undefined && view.byteOffset - memory.byteOffset === start && view.length === end - start) return view;
  const fresh = memory.subarray(start, end);
  views[place] = fresh;
  return fresh;
}
