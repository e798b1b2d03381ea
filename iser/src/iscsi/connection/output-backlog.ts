/**
 * How much a peer was sent of what costs it nothing to ask for (pings, rejects, text), and has not taken yet. Without it, who asks and never
 * reads would fill our memory.
 */
export class OutputBacklog {
  readonly #limitBytes: number;
  #queued = 0;
  #unsent = 0;
  #batchesTaken = 0;
  #batchesSent = 0;
  /** The batches on their way with such bytes in them: most have none, and cost no more than being counted. */
  readonly #batches: { readonly number: number; readonly bytes: number }[] = [];

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
    this.#batchesTaken++;
    if (this.#queued === 0) return;
    this.#batches.push({ number: this.#batchesTaken, bytes: this.#queued });
    this.#unsent += this.#queued;
    this.#queued = 0;
  }

  /** The oldest batch left. */
  sent(): void {
    this.#batchesSent++;
    const oldest = this.#batches[0];
    if (oldest?.number !== this.#batchesSent) return;
    this.#batches.shift();
    this.#unsent -= oldest.bytes;
  }
}
