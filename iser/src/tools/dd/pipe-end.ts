import type { Output } from "kit/cli";
import type { Sink, Source } from "./ends.ts";

/** Standard input: read from front to back, once. */
export class PipeSource implements Source {
  readonly name = "standard input";
  readonly size = undefined;
  readonly inOrder = true;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #stopped: Promise<"stopped">;
  /** What came and was not asked for yet. */
  #left: Uint8Array = new Uint8Array(0);
  #position = 0;

  /** `signal` ends the input: nobody knows when its writer has something to say again. */
  constructor(input: AsyncIterable<Uint8Array>, signal: AbortSignal) {
    this.#chunks = input[Symbol.asyncIterator]();
    this.#stopped = new Promise((resolve) => signal.addEventListener("abort", () => resolve("stopped"), { once: true }));
  }

  /** A position ahead of the last read is reached by reading up to it. */
  async read(position: number, destination: Uint8Array): Promise<number> {
    while (this.#position < position) {
      if ((await this.#take(position - this.#position)) === undefined) return 0;
    }
    let filled = 0;
    while (filled < destination.length) {
      const part = await this.#take(destination.length - filled);
      if (part === undefined) break;
      destination.set(part, filled);
      filled += part.length;
    }
    return filled;
  }

  async close(): Promise<void> {}

  /** The next bytes, at most `most`; undefined at the end. */
  async #take(most: number): Promise<Uint8Array | undefined> {
    while (this.#left.length === 0) {
      const next = await Promise.race([this.#chunks.next(), this.#stopped]);
      if (next === "stopped" || next.done === true) return undefined;
      this.#left = next.value;
    }
    const part = this.#left.subarray(0, most);
    this.#left = this.#left.subarray(part.length);
    this.#position += part.length;
    return part;
  }
}

/** Standard output: written from front to back. */
export class PipeSink implements Sink {
  readonly name = "standard output";
  readonly capacity = undefined;
  readonly inOrder = true;
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Waits until the data is out: its memory is used again, and a slow reader must not fill ours. */
  async write(_position: number, data: Uint8Array): Promise<void> {
    this.#output.write(data);
    await this.#output.flushed();
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}
