/** Lets numbered callers through one after the other: 0, 1, 2, … whenever they come. */
export class Turns {
  #next = 0;
  #abandoned = false;
  readonly #waiting = new Map<number, (mayEnter: boolean) => void>();

  /** Resolves to true when all earlier numbers have been through, to false when that will not happen. Who entered must leave. */
  enter(number: number): Promise<boolean> {
    if (this.#abandoned) return Promise.resolve(false);
    if (number === this.#next) return Promise.resolve(true);
    return new Promise((resolve) => this.#waiting.set(number, resolve));
  }

  /** Lets the next one in. */
  leave(): void {
    this.#next++;
    const resolve = this.#waiting.get(this.#next);
    this.#waiting.delete(this.#next);
    resolve?.(true);
  }

  /** One of them will never come: nobody behind it gets in. */
  abandon(): void {
    this.#abandoned = true;
    for (const resolve of this.#waiting.values()) resolve(false);
    this.#waiting.clear();
  }
}
