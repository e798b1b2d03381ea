/** Something that waits for memory: `granted` is called once, later, unless `cancel` was. */
export interface BufferWaiter {
  granted(buffer: Uint8Array): void;
}

/**
 * Data buffers under a budget: how a target's memory stays bounded whatever initiators ask for. Buffers are kept by their exact length, since
 * initiators use few lengths, and taking one back and out again then makes no garbage. What is lent and what lies idle never exceed `budgetBytes`
 * together.
 *
 * Two kinds of borrowers: those who `take` never wait, and hold what they have for as long as others make them; those who wait in turn hold nothing
 * meanwhile and give back soon. A part of the budget is kept for the latter, so that they always get on and nobody waits for himself.
 */
export class BufferPool {
  readonly budgetBytes: number;
  #reservedBytes = 0;
  readonly #idle = new Map<number, Uint8Array[]>();
  readonly #waiting: { readonly waiter: BufferWaiter; readonly length: number }[] = [];
  #idleBytes = 0;
  #lentBytes = 0;
  #granting = false;

  constructor(budgetBytes: number) {
    this.budgetBytes = budgetBytes;
  }

  /** Bytes that are in use. */
  get lentBytes(): number {
    return this.#lentBytes;
  }

  /** Sees to it that one who waits for `length` bytes gets them. Half of the budget is the most. */
  reserve(length: number): void {
    this.#reservedBytes = Math.max(this.#reservedBytes, length);
  }

  /** A buffer of exactly `length` bytes with whatever was in it, or undefined when it would exceed the budget. */
  take(length: number): Uint8Array | undefined {
    return this.#take(length, this.budgetBytes - this.#reservedBytes);
  }

  #take(length: number, budgetBytes: number): Uint8Array | undefined {
    if (this.#lentBytes + length > budgetBytes) return undefined;
    this.#lentBytes += length;
    const buffer = this.#idle.get(length)?.pop();
    if (buffer !== undefined) {
      this.#idleBytes -= length;
      return buffer;
    }
    if (this.#lentBytes + this.#idleBytes > this.budgetBytes) this.#dropIdle();
    return new Uint8Array(length);
  }

  /** In turn and when there is room: those who wait come first. `length` is no more than what was reserved. */
  takeInTurn(length: number, waiter: BufferWaiter): void {
    const buffer = this.#waiting.length === 0 ? this.#take(length, this.budgetBytes) : undefined;
    if (buffer !== undefined) waiter.granted(buffer);
    else this.#waiting.push({ waiter, length });
  }

  /** `waiter` does not want its buffer any more. */
  cancel(waiter: BufferWaiter): void {
    const index = this.#waiting.findIndex((entry) => entry.waiter === waiter);
    if (index >= 0) this.#waiting.splice(index, 1);
    this.#grant();
  }

  /** The buffer is the pool's again. */
  give(buffer: Uint8Array): void {
    this.#lentBytes -= buffer.length;
    this.#idleBytes += buffer.length;
    const list = this.#idle.get(buffer.length);
    if (list === undefined) this.#idle.set(buffer.length, [buffer]);
    else list.push(buffer);
    if (this.#waiting.length !== 0) this.#grant();
  }

  /** One loop however deep the calls: who is granted a buffer may give it back before `granted` returns. */
  #grant(): void {
    if (this.#granting) return;
    this.#granting = true;
    while (this.#waiting[0] !== undefined) {
      const buffer = this.#take(this.#waiting[0].length, this.budgetBytes);
      if (buffer === undefined) break;
      this.#waiting.shift()?.waiter.granted(buffer);
    }
    this.#granting = false;
  }

  #dropIdle(): void {
    this.#idle.clear();
    this.#idleBytes = 0;
  }
}
