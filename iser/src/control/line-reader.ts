import { ControlProtocolError } from "./control-protocol-error.ts";

const newline = 0x0a;

/** Cuts a byte stream into lines, however it was chopped on its way. A line longer than the limit is an error before it is kept. */
export class LineReader {
  readonly #maxLineBytes: number;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Calls `onLine` for every line that `chunk` completes, without its newline. Throws ControlProtocolError for a line that is too long or not UTF-8. */
  push(chunk: Uint8Array, onLine: (line: string) => void): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(newline, start);
      const part = chunk.subarray(start, end < 0 ? chunk.length : end);
      if (this.#length + part.length > this.#maxLineBytes) {
        throw new ControlProtocolError(`a line is longer than the ${this.#maxLineBytes} bytes allowed`);
      }
      if (end < 0) {
        if (part.length > 0) this.#parts.push(new Uint8Array(part)); // a copy: `slice` of a Buffer would not be one
        this.#length += part.length;
        return;
      }
      const line = Buffer.concat([...this.#parts, part]);
      this.#parts = [];
      this.#length = 0;
      onLine(decodeUtf8(line));
      start = end + 1;
    }
  }

  /** Bytes of a line that has begun and not ended. */
  get unfinishedBytes(): number {
    return this.#length;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ControlProtocolError("a line is not UTF-8");
  }
}
