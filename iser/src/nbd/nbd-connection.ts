import type { Duration, Instant } from "kit/clock";
import { type ByteStreamCore, RequestBurst } from "#bytes";
import type { ExportSource, NbdExport } from "./export.ts";
import { MemoryAccount } from "./memory/memory-account.ts";
import { ReceiveBuffer } from "./memory/receive-buffer.ts";
import { ReplyMemory } from "./memory/reply-memory.ts";
import type { SlabPool } from "./memory/slab-pool.ts";
import { standardSlabBytes } from "./memory/slab-size.ts";
import { HandshakeReply } from "./negotiation/handshake-reply.ts";
import { Negotiation } from "./negotiation/negotiation.ts";
import { requestHeaderBytes } from "./pdu/request.ts";
import type { Agreement } from "./transmission/admission.ts";
import { type Reply, ReplyQueue } from "./transmission/reply-queue.ts";
import { Transmission } from "./transmission/transmission.ts";

const KiB = 1024;

/** Input that may wait to be understood before no more is read. */
const pauseInputBytes = 64 * KiB;

/** The least data of a write that are worth being read into their place: less comes, with whatever is behind it, in one bulk read. */
const worthPlacingBytes = 16 * KiB;

/** A bulk read, and one that swallows only little of the data that will have their own memory. */
const bulkBytes = 64 * KiB;
const smallBulkBytes = 4 * KiB;

/**
 * How long a client may say nothing where it has more to say: in its handshake, and in the middle of a write so long that others wait for the memory it
 * takes. Between requests it may be silent for ever.
 */
const silenceMs: Duration = 60_000;

export interface NbdConnectionOptions {
  readonly exports: ExportSource;
  /** The server's memory, and how much of it this connection may use. */
  readonly pool: SlabPool;
  readonly memoryLimitBytes: number;
  /** The client broke the protocol; the connection is being reset. For the log. */
  readonly onFault?: ((message: string) => void) | undefined;
  /** The stream is gone. What the device still works on keeps its memory until it is done. */
  readonly onClosed?: (() => void) | undefined;
}

/** One client of an NBD server: a protocol core that turns what it reads into calls of the BlockDevice the client chose. */
export class NbdConnection implements ByteStreamCore {
  readonly #account: MemoryAccount;
  readonly #input: ReceiveBuffer;
  readonly #replyMemory: ReplyMemory;
  readonly #replies = new ReplyQueue();
  readonly #burst = new RequestBurst();
  readonly #negotiation: Negotiation;
  readonly #onFault: ((message: string) => void) | undefined;
  readonly #onClosed: (() => void) | undefined;
  #transmission: Transmission | undefined = undefined;
  #exported: NbdExport | undefined = undefined;

  #wake: () => void = () => {};
  #wantsClose: "end" | "reset" | undefined = undefined;
  #lastHeard: Instant = 0;
  #shutDownBy: Instant | undefined = undefined;

  constructor(options: NbdConnectionOptions) {
    this.#account = new MemoryAccount(options.pool, options.memoryLimitBytes, () => this.#advance());
    this.#input = new ReceiveBuffer(this.#account);
    this.#replyMemory = new ReplyMemory(this.#account);
    this.#onFault = options.onFault;
    this.#onClosed = options.onClosed;
    const haggling = { exports: options.exports, structuredReplies: false, allocationSelectedFor: undefined };
    this.#negotiation = new Negotiation(haggling, this.#input, {
      send: (bytes) => this.#send(new HandshakeReply(bytes)),
      onAgreement: (agreement, exported) => this.#transmit(agreement, exported),
      onAbort: () => this.#close("end"),
      onFault: (message) => this.#fault(message),
    });
  }

  /** What the client chose; undefined during the handshake. */
  get exported(): NbdExport | undefined {
    return this.#exported;
  }

  /** Requests that the device works on. */
  get outstandingRequests(): number {
    return this.#transmission?.outstanding ?? 0;
  }

  /** Memory held by this connection. */
  get memoryBytes(): number {
    return this.#account.usedBytes;
  }

  /** Ends the connection in good order: requests under way are answered, later ones get ESHUTDOWN. After `grace` it is reset. */
  shutDown(now: Instant, grace: Duration): void {
    this.#shutDownBy ??= now + grace;
    this.#transmission?.shutDown();
    if (this.#transmission === undefined) this.#close("end");
    else this.#onProgress();
  }

  opened(wake: () => void, now: Instant): void {
    this.#wake = wake;
    this.#lastHeard = now;
    this.#negotiation.greet();
  }

  receive(chunk: Uint8Array, now: Instant): void {
    this.#lastHeard = now;
    this.#input.unplace();
    let taken = 0;
    while (taken < chunk.length && this.#wantsClose === undefined) {
      const count = this.#input.append(chunk, taken);
      if (count === 0 && !this.#input.appendRegardless(chunk, taken)) throw new RangeError("input was delivered although it was paused");
      taken += count > 0 ? count : chunk.length - taken;
      this.#advance();
    }
    this.#burst.inputDrained(this.#transmission?.begun ?? 0);
  }

  /** The rest of a write's data; or, while such writes come, a place for the next one with its header. */
  placement(): Uint8Array | undefined {
    const transmission = this.#transmission;
    if (transmission === undefined || transmission.parked || this.#wantsClose !== undefined) return undefined;
    const missing = transmission.missingPayloadBytes;
    if (missing > 0) return missing >= worthPlacingBytes ? this.#input.place(missing) : undefined;
    const expected = transmission.expectedPayloadBytes;
    return expected >= worthPlacingBytes && fitsStandardSlab(expected) ? this.#input.place(requestHeaderBytes + expected) : undefined;
  }

  placed(count: number, now: Instant): void {
    this.#lastHeard = now;
    this.#input.placed(count);
    this.#advance();
    this.#burst.inputDrained(this.#transmission?.begun ?? 0);
  }

  get bulkReadBytes(): number {
    return fitsStandardSlab(this.#transmission?.expectedPayloadBytes ?? 0) ? bulkBytes : smallBulkBytes;
  }

  get awaited(): number {
    return this.#burst.latest + (this.#transmission?.outstanding ?? 0);
  }

  get inputPaused(): boolean {
    return this.#input.available >= pauseInputBytes && (this.#transmission === undefined || this.#transmission.parked);
  }

  takeOutput(): readonly Uint8Array[] {
    return this.#wantsClose === "reset" ? [] : this.#replies.take();
  }

  outputSent(_now: Instant): void {
    this.#replies.sent();
    this.#advance();
  }

  deadline(): Instant | undefined {
    if (this.#shutDownBy !== undefined) return this.#shutDownBy;
    return this.#isHoldingUp ? this.#lastHeard + silenceMs : undefined;
  }

  timeout(now: Instant): void {
    const deadline = this.deadline();
    if (deadline === undefined || now < deadline) return;
    if (this.#shutDownBy !== undefined) this.#close("reset");
    else
      this.#fault(
        `the client said nothing for ${silenceMs / 1000} s in the middle of ${this.#transmission === undefined ? "its handshake" : "a write"}`,
      );
  }

  get wantsClose(): "end" | "reset" | undefined {
    return this.#wantsClose;
  }

  closed(_cause: Error | undefined, _now: Instant): void {
    this.#wantsClose = "reset";
    this.#account.close();
    this.#input.clear();
    this.#replies.abandon();
    this.#transmission?.closed();
    this.#onClosed?.();
  }

  /** More must come, and memory or a place waits for it. */
  get #isHoldingUp(): boolean {
    return this.#transmission === undefined || (!this.#transmission.parked && this.#transmission.wantedBytes > standardSlabBytes);
  }

  /** Understands what is there, as far as there is means to act on it. */
  #advance(): void {
    if (this.#wantsClose !== undefined) return;
    // An option is looked at when the answer to the one before is gone, so that a client that does not listen is not answered for ever.
    while (this.#transmission === undefined && this.#replies.unsentBytes === 0 && this.#negotiation.step());
    this.#transmission?.advance();
  }

  #transmit(agreement: Agreement, exported: NbdExport): void {
    this.#exported = exported;
    this.#transmission = new Transmission(agreement, this.#input, this.#replyMemory, this.#replies, {
      onProgress: () => this.#onProgress(),
      onFault: (message) => this.#fault(message),
    });
  }

  #send(reply: Reply): void {
    this.#replies.push(reply);
    this.#wake();
  }

  #onProgress(): void {
    if (this.#transmission?.ended === true) this.#wantsClose ??= "end";
    this.#wake();
  }

  #close(how: "end" | "reset"): void {
    if (this.#wantsClose !== "reset") this.#wantsClose = how;
    this.#wake();
  }

  #fault(message: string): void {
    this.#onFault?.(message);
    this.#close("reset");
  }
}

function fitsStandardSlab(payloadBytes: number): boolean {
  return requestHeaderBytes + payloadBytes <= standardSlabBytes;
}
