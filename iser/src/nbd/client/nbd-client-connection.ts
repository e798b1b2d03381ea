import type { Duration, Instant } from "kit/clock";
import { type ByteStreamCore, OutputQueue } from "#bytes";
import { Command, requestHeaderBytes, writeRequest } from "../pdu/request.ts";
import { simpleReplyBytes, simpleReplyMagic } from "../pdu/simple-reply.ts";
import type { ClientCommand } from "./client-command.ts";
import { NbdClientError } from "./client-error.ts";
import { ClientNegotiation, type Purpose } from "./client-negotiation.ts";
import type { ExportDescription } from "./export-description.ts";

/** Data of a write up to this are copied beside their header; longer ones are sent from where they are. */
const worthLendingBytes = 8 * 1024;

/** The least rest of a read that is worth being read into its place. */
const worthPlacingBytes = 16 * 1024;

/** How long a server may be silent in its handshake. */
const handshakeMs: Duration = 10_000;

/** Who uses the connection. */
export interface NbdClientUser {
  /** The handshake is over. */
  onReady(description: ExportDescription): void;
  /** The command with this cookie, if it is one that was sent and not answered. */
  find(cookieHigh: number, cookieLow: number): ClientCommand | undefined;
  /** Answered, and all that was lent is back; `command.answer` is the error number or 0. */
  onAnswered(command: ClientCommand): void;
  /** The stream is gone and uses no memory any more. Not called twice. */
  onClosed(cause: Error): void;
}

/** One connection of a client to an NBD server: handshake, then requests and simple replies in any order. */
export class NbdClientConnection implements ByteStreamCore {
  wantsClose: "end" | "reset" | undefined = undefined;
  readonly #user: NbdClientUser;
  readonly #negotiation: ClientNegotiation;
  readonly #output = new OutputQueue<ClientCommand | undefined>((command) => this.#onSent(command));
  readonly #header: Uint8Array = new Uint8Array(simpleReplyBytes);
  readonly #headerView = new DataView(this.#header.buffer);
  #headerBytes = 0;
  /** The read whose data are coming, and how many have come. */
  #reading: ClientCommand | undefined = undefined;
  #filled = 0;
  #ready = false;
  #cause: Error | undefined = undefined;
  #handshakeBy: Instant | undefined = undefined;
  #wake: () => void = () => {};

  constructor(exportName: string, purpose: Purpose, user: NbdClientUser) {
    this.#negotiation = new ClientNegotiation(exportName, purpose);
    this.#user = user;
  }

  /** Sends the request. Only after `onReady`. */
  send(command: ClientCommand): void {
    const { source } = command;
    const at = this.#output.reserve(requestHeaderBytes);
    writeRequest(this.#output.view, at, command);
    if (source !== undefined && source.length > 0) {
      if (source.length <= worthLendingBytes) this.#output.copy(source);
      else {
        command.lent = true;
        this.#output.lend(source, command);
      }
    }
    this.#wake();
  }

  /** Ends the connection: in good order when nothing is under way, at once otherwise. */
  end(inGoodOrder: boolean): void {
    if (inGoodOrder && this.#ready) {
      const at = this.#output.reserve(requestHeaderBytes);
      writeRequest(this.#output.view, at, { flags: 0, command: Command.disc, cookieHigh: 0, cookieLow: 0, offset: 0, length: 0 });
    }
    this.wantsClose ??= inGoodOrder ? "end" : "reset";
    this.#wake();
  }

  opened(wake: () => void, now: Instant): void {
    this.#wake = wake;
    this.#handshakeBy = now + handshakeMs;
  }

  receive(chunk: Uint8Array): void {
    try {
      if (this.#ready) this.#takeReplies(chunk);
      else this.#negotiate(chunk);
    } catch (error) {
      if (!(error instanceof NbdClientError)) throw error;
      this.#fail(error);
    }
  }

  placement(): Uint8Array | undefined {
    const command = this.#reading;
    if (command === undefined || command.length - this.#filled < worthPlacingBytes) return undefined;
    return command.destination?.subarray(this.#filled);
  }

  placed(count: number): void {
    this.#filled += count;
    this.#finishRead();
  }

  get bulkReadBytes(): number {
    return 64 * 1024;
  }

  takeOutput(): readonly Uint8Array[] {
    return this.wantsClose === "reset" ? [] : this.#output.take();
  }

  outputSent(): void {
    this.#output.sent();
  }

  deadline(): Instant | undefined {
    return this.#handshakeBy;
  }

  timeout(now: Instant): void {
    if (this.#handshakeBy !== undefined && now >= this.#handshakeBy)
      this.#fail(new NbdClientError(`the NBD server did not finish its handshake within ${handshakeMs / 1000} s`));
  }

  closed(cause: Error | undefined): void {
    this.wantsClose = "reset";
    this.#reading = undefined;
    // Before anybody is told: what is sent again must not be held as lent to a socket that is gone.
    this.#output.abandon();
    this.#user.onClosed(this.#cause ?? cause ?? new NbdClientError("the NBD server ended the connection"));
  }

  #negotiate(chunk: Uint8Array): void {
    for (const answer of this.#negotiation.receive(chunk)) this.#output.copy(answer);
    const { description, rest } = this.#negotiation;
    if (description === undefined) return;
    this.#ready = true;
    this.#handshakeBy = undefined;
    this.#user.onReady(description);
    if (rest.length > 0) this.#takeReplies(rest);
  }

  #takeReplies(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && this.wantsClose !== "reset"; ) {
      const count =
        this.#reading === undefined
          ? Math.min(simpleReplyBytes - this.#headerBytes, chunk.length - at)
          : Math.min(this.#reading.length - this.#filled, chunk.length - at);
      const piece = count === chunk.length ? chunk : chunk.subarray(at, at + count);
      at += count;
      if (this.#reading === undefined) {
        this.#header.set(piece, this.#headerBytes);
        this.#headerBytes += count;
        if (this.#headerBytes === simpleReplyBytes) this.#takeHeader();
      } else {
        this.#reading.destination?.set(piece, this.#filled);
        this.#filled += count;
        this.#finishRead();
      }
    }
  }

  #takeHeader(): void {
    this.#headerBytes = 0;
    const view = this.#headerView;
    if (view.getUint32(0) !== simpleReplyMagic) throw new NbdClientError("the NBD server sent something that is no reply");
    const command = this.#user.find(view.getUint32(8), view.getUint32(12));
    if (command === undefined || command.answer !== undefined)
      throw new NbdClientError("the NBD server answered a request that was not made");
    const error = view.getUint32(4);
    if (error === 0 && command.destination !== undefined && command.length > 0) {
      this.#reading = command;
      this.#filled = 0;
    } else this.#answer(command, error);
  }

  #finishRead(): void {
    const command = this.#reading;
    if (command === undefined || this.#filled < command.length) return;
    this.#reading = undefined;
    this.#answer(command, 0);
  }

  #answer(command: ClientCommand, error: number): void {
    command.answer = error;
    if (!command.lent) this.#user.onAnswered(command);
  }

  #onSent(command: ClientCommand | undefined): void {
    if (command === undefined) return;
    command.lent = false;
    // An error may have come before all of the data were sent; the memory is the caller's again only now.
    if (command.answer !== undefined) this.#user.onAnswered(command);
  }

  #fail(error: NbdClientError): void {
    this.#cause ??= error;
    this.wantsClose = "reset";
    this.#wake();
  }
}
