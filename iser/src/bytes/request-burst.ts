/**
 * How many requests a peer sends together, as its server sees it: those that came with the last read that brought any. It is what can be expected once they are
 * answered.
 */
export class RequestBurst {
  #begun = 0;
  #latest = 0;

  /** Of the last read that brought requests; 0 before the first. */
  get latest(): number {
    return this.#latest;
  }

  /** All that a read brought has been looked at, and that makes `begun` requests since the beginning. */
  inputDrained(begun: number): void {
    if (begun === this.#begun) return;
    this.#latest = begun - this.#begun;
    this.#begun = begun;
  }
}
