/**
 * How much a peer was sent of what costs it nothing to ask for (pings, rejects, text), and has not taken yet. Without it, who asks and never
 * reads would fill our memory.
 */
export class OutputBacklog {
  readonly #limitBytes: number;
  #queued = 0;
  #unsent = 0;
  /** Bytes of each batch that is on its way. */
  readonly #batches: number[] = [];

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get isFull(): boolean {
    return this.#queued + this.#unsent > this.#limitBytes;
  }

  queued(bytes: number): void {
    this.#queued += bytes;
  }

  /** All that was queued is on its way, as one batch. */
  taken(): void {
    this.#batches.push(this.#queued);
    this.#unsent += this.#queued;
    this.#queued = 0;
  }

  /** The oldest batch left. */
  sent(): void {
    this.#unsent -= this.#batches.shift() ?? 0;
  }
}
