import type { ByteStreamCore } from "#bytes";
import { decodeOptionReply, type OptionReply, optionReplyHeaderBytes } from "../pdu/option-reply.ts";
import { decodeSimpleReply, type SimpleReply, simpleReplyBytes } from "../pdu/simple-reply.ts";
import { type Chunk, chunkHeaderBytes, decodeChunk } from "../pdu/structured-reply.ts";

const sendBytes = 64 * 1024;

/** A raw byte stream to a server: what a client would send is said byte by byte, what comes back is taken apart on demand. */
export class TestClient implements ByteStreamCore {
  /** While false, the client does not read. */
  reading = true;
  wantsClose: "end" | "reset" | undefined = undefined;
  /** Set once the stream is gone. */
  closedWith: { readonly cause: Error | undefined } | undefined = undefined;
  readonly bulkReadBytes = 65536;
  /** Joined only when somebody looks. */
  #received: Buffer[] = [];
  #output: Uint8Array[] = [];
  #wake: () => void = () => {};

  send(...pieces: readonly Uint8Array[]): void {
    this.#output.push(...pieces.filter((piece) => piece.length > 0));
    this.#wake();
  }

  /** What has come and was not taken. */
  get received(): Buffer {
    if (this.#received.length !== 1) this.#received = [Buffer.concat(this.#received)];
    return this.#received[0]!;
  }

  take(count: number): Buffer {
    const { received } = this;
    if (received.length < count) throw new Error(`expected ${count} bytes, ${received.length} have come`);
    this.#received = [received.subarray(count)];
    return received.subarray(0, count);
  }

  takeOptionReply(): OptionReply {
    const reply = decodeOptionReply(this.received);
    if (reply === undefined) throw new Error("no option reply has come");
    this.take(optionReplyHeaderBytes + reply.data.length);
    return reply;
  }

  takeSimpleReply(): SimpleReply {
    const reply = decodeSimpleReply(this.received);
    if (reply === undefined) throw new Error("no simple reply has come");
    this.take(simpleReplyBytes);
    return reply;
  }

  takeChunk(): Chunk {
    const chunk = decodeChunk(this.received);
    if (chunk === undefined) throw new Error("no chunk has come");
    this.take(chunkHeaderBytes + chunk.payload.length);
    return chunk;
  }

  get inputPaused(): boolean {
    return !this.reading;
  }

  opened(wake: () => void): void {
    this.#wake = wake;
  }

  receive(chunk: Uint8Array): void {
    this.#received.push(Buffer.from(chunk));
  }

  placement(): undefined {
    return undefined;
  }

  placed(): void {}

  /** A little at a time, as a socket's buffer takes it, so that a server that pauses is not sent much more. */
  takeOutput(): readonly Uint8Array[] {
    const [first] = this.#output;
    if (first === undefined) return [];
    if (first.length <= sendBytes) this.#output.shift();
    else this.#output[0] = first.subarray(sendBytes);
    return [first.subarray(0, sendBytes)];
  }

  outputSent(): void {}

  deadline(): undefined {
    return undefined;
  }

  timeout(): void {}

  closed(cause: Error | undefined): void {
    this.closedWith = { cause };
  }
}
