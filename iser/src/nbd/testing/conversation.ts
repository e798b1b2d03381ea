import { VirtualClock } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { connectInProcess, type InProcessConnection } from "#socket";
import type { ExportSource, NbdExport } from "../export.ts";
import type { NbdConnection } from "../nbd-connection.ts";
import { NbdServer, type NbdServerOptions } from "../nbd-server.ts";
import { encodeExportChoice } from "../pdu/export-choice.ts";
import { decodeGreeting, greetingBytes } from "../pdu/greeting.ts";
import { encodeMetaContextQuery } from "../pdu/meta-context-query.ts";
import { decodeOptionReply, type OptionReply, optionReplyHeaderBytes } from "../pdu/option-reply.ts";
import { encodeOption, Option } from "../pdu/option-request.ts";
import { encodeRequest, type Request } from "../pdu/request.ts";
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

export interface ConversationOptions extends Partial<Omit<NbdServerOptions, "exports">> {
  /** See `connectInProcess`. */
  readonly split?: ((available: number) => number) | undefined;
  readonly placement?: boolean | undefined;
  /** A server that others talk to as well; made from the exports unless given. */
  readonly server?: NbdServer | undefined;
  readonly clock?: VirtualClock | undefined;
}

/** A client and a server's connection, in one process. Everything said has been understood when a method returns. */
export class Conversation {
  readonly client = new TestClient();
  readonly server: NbdServer;
  readonly connection: NbdConnection;
  readonly clock: VirtualClock;
  readonly link: InProcessConnection;
  /** What the server said the client did wrong. */
  readonly faults: string[] = [];
  #cookie = 0;

  constructor(exports: readonly NbdExport[] | ExportSource, options: ConversationOptions = {}) {
    const source: ExportSource = "list" in exports ? exports : { list: () => exports };
    this.clock = options.clock ?? new VirtualClock();
    this.server = options.server ?? new NbdServer({ ...options, exports: source, onFault: (_, message) => this.faults.push(message) });
    const connection = this.server.accept();
    if (connection === undefined) throw new Error("the server accepts no more");
    this.connection = connection;
    this.link = connectInProcess(this.client, connection, this.clock, options);
    this.link.run();
  }

  /** Sends bytes, whatever they mean. */
  say(...pieces: readonly Uint8Array[]): void {
    this.client.send(...pieces);
    this.link.run();
  }

  /** Reads the greeting and answers it. */
  greet(clientFlags = 3): number {
    const flags = decodeGreeting(this.client.take(greetingBytes));
    if (flags === undefined) throw new Error("that was no greeting");
    const answer = Buffer.alloc(4);
    answer.writeUInt32BE(clientFlags);
    this.say(answer);
    return flags;
  }

  /** Sends an option and returns all of its replies, the final one last. */
  option(option: number, data?: Uint8Array): OptionReply[] {
    this.say(encodeOption(option, data));
    const replies = [this.client.takeOptionReply()];
    while (this.client.received.length > 0) replies.push(this.client.takeOptionReply());
    return replies;
  }

  /** The whole handshake. */
  enter(choices: { readonly name?: string; readonly structured?: boolean; readonly allocation?: boolean } = {}): void {
    const { name = "", structured = false, allocation = false } = choices;
    this.greet();
    if (structured) this.option(Option.structuredReply);
    if (allocation) this.option(Option.setMetaContext, encodeMetaContextQuery({ exportName: name, queries: ["base:allocation"] }));
    this.option(Option.go, encodeExportChoice({ name, informationRequests: [] }));
  }

  /** Sends a request, with its data if it is a write, and returns its cookie. Nothing is moved until `run`. */
  post(request: Partial<Request>, data: Uint8Array = new Uint8Array(0)): number {
    const cookie = this.#cookie++;
    const whole = { flags: 0, command: 0, cookieHigh: 0xc00c1e, cookieLow: cookie, offset: 0, length: data.length, ...request };
    this.client.send(encodeRequest(whole), data);
    return cookie;
  }

  /** The same, and moves bytes. */
  request(request: Partial<Request>, data?: Uint8Array): number {
    const cookie = this.post(request, data);
    this.link.run();
    return cookie;
  }

  /** Sends a request whose reply is a simple one without data, and returns its error. */
  outcome(request: Partial<Request>, data?: Uint8Array): number {
    const cookie = this.request(request, data);
    const reply = this.client.takeSimpleReply();
    if (reply.cookieLow !== cookie) throw new Error(`the reply is to ${reply.cookieLow}, not to ${cookie}`);
    return reply.error;
  }
}
