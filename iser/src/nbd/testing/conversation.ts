import { VirtualClock } from "kit/clock";
import { connectInProcess, type InProcessConnection } from "#socket";
import type { ExportSource, NbdExport } from "../export.ts";
import type { NbdConnection } from "../nbd-connection.ts";
import { NbdServer, type NbdServerOptions } from "../nbd-server.ts";
import { encodeExportChoice } from "../pdu/export-choice.ts";
import { decodeGreeting, greetingBytes } from "../pdu/greeting.ts";
import { encodeMetaContextQuery } from "../pdu/meta-context-query.ts";
import type { OptionReply } from "../pdu/option-reply.ts";
import { encodeOption, Option } from "../pdu/option-request.ts";
import { encodeRequest, type Request } from "../pdu/request.ts";
import { TestClient } from "./test-client.ts";

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
