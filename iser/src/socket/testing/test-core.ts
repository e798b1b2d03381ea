import type { ByteStreamCore } from "#bytes";

/** A core for tests of what moves its bytes: writes down what happens to it, sends what it is told to. */
export class TestCore implements ByteStreamCore {
  readonly received: number[] = [];
  /** Names of what was called, in order. */
  readonly calls: string[] = [];
  bulkReadBytes = 65536;
  wantsClose: "end" | "reset" | undefined = undefined;
  inputPaused = false;
  restMs: number | undefined = undefined;
  awaited = 0;
  due: number | undefined = undefined;
  cause: Error | undefined = undefined;
  wake: () => void = () => {};
  /** Where the next bytes belong. */
  place: Uint8Array | undefined = undefined;
  /** Called with every chunk and placed piece. */
  onBytes: (bytes: Uint8Array) => void = () => {};
  readonly opening: Promise<void>;
  readonly closing: Promise<void>;
  #opened = (): void => {};
  #closed = (): void => {};
  #queue: Uint8Array[] = [];
  #waiting: { readonly count: number; readonly done: () => void }[] = [];

  constructor() {
    this.opening = new Promise((resolve) => (this.#opened = resolve));
    this.closing = new Promise((resolve) => (this.#closed = resolve));
  }

  send(...pieces: Uint8Array[]): void {
    this.#queue.push(...pieces);
    this.wake();
  }

  /** Resolves when `count` bytes have come. */
  async until(count: number): Promise<void> {
    if (this.received.length >= count) return;
    await new Promise<void>((done) => this.#waiting.push({ count, done }));
  }

  opened(wake: () => void): void {
    this.wake = wake;
    this.calls.push("opened");
    this.#opened();
    if (this.#queue.length > 0) wake();
  }

  receive(chunk: Uint8Array): void {
    this.calls.push("receive");
    this.#arrived(chunk);
  }

  placement(): Uint8Array | undefined {
    return this.place;
  }

  placed(count: number): void {
    this.calls.push("placed");
    const bytes = this.place!.subarray(0, count);
    this.place = count < this.place!.length ? this.place!.subarray(count) : undefined;
    this.#arrived(bytes);
  }

  takeOutput(): readonly Uint8Array[] {
    const pieces = this.#queue;
    this.#queue = [];
    if (pieces.length > 0) this.calls.push("took output");
    return pieces;
  }

  outputSent(): void {
    this.calls.push("sent");
  }

  deadline(): number | undefined {
    return this.due;
  }

  timeout(now: number): void {
    this.calls.push(`timeout ${now}`);
    this.due = undefined;
  }

  closed(cause: Error | undefined): void {
    this.calls.push("closed");
    this.cause = cause;
    this.#closed();
  }

  #arrived(bytes: Uint8Array): void {
    for (const byte of bytes) this.received.push(byte);
    this.onBytes(bytes);
    this.#waiting = this.#waiting.filter(({ count, done }) => {
      if (this.received.length < count) return true;
      done();
      return false;
    });
  }
}
