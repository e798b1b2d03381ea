/** Lines that wait to be sent, handed to a shell in the batches that ByteStreamCore asks for. */
export class LineOutput {
  #waiting: Uint8Array[] = [];
  #wake: (() => void) | undefined = undefined;

  opened(wake: () => void): void {
    this.#wake = wake;
    if (this.#waiting.length > 0) wake();
  }

  /** Queues a line that ends with its newline. */
  send(line: string): void {
    this.#waiting.push(Buffer.from(line));
    this.wake();
  }

  /** Asks the shell to look again. */
  wake(): void {
    this.#wake?.();
  }

  take(): readonly Uint8Array[] {
    const batch = this.#waiting;
    if (batch.length > 0) this.#waiting = [];
    return batch;
  }

  closed(): void {
    this.#wake = undefined;
    this.#waiting = [];
  }
}
