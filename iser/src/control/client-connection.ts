import type { ByteStreamCore } from "#bytes";
import { decodeReply, encodeRequest, maxOutstandingCalls, maxReplyBytes, type Reply, resultOf } from "./codec.ts";
import { ControlError } from "./control-error.ts";
import { ControlProtocolError } from "./control-protocol-error.ts";
import { LineOutput } from "./line-output.ts";
import { LineReader } from "./line-reader.ts";
import type { ControlCall, RequestOf, ResultOf } from "./messages.ts";

interface OutstandingCall {
  readonly settle: (reply: Reply) => void;
  readonly fail: (error: Error) => void;
}

/** The asking end of a control connection. */
export class ControlClientConnection implements ByteStreamCore {
  readonly bulkReadBytes = 64 * 1024;
  wantsClose: "end" | "reset" | undefined = undefined;
  readonly #input = new LineReader(maxReplyBytes);
  readonly #output = new LineOutput();
  readonly #outstanding = new Map<number, OutstandingCall>();
  /** Requests of the latest of these, for which the daemon has no room yet. */
  readonly #waiting: string[] = [];
  #nextId = 1;
  #lost: Error | undefined = undefined;

  /**
   * Asks the daemon. Rejects with ControlError when it refuses, with ControlProtocolError when it cannot be understood, and with the cause when the connection is
   * lost first. Any number of calls may be outstanding; the daemon has them in the order in which they were made.
   */
  call<C extends ControlCall>(call: C, request: RequestOf<C>): Promise<ResultOf<C>> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) {
        reject(this.#lost);
        return;
      }
      const id = this.#nextId++;
      const settle = (reply: Reply): void => {
        if (reply.error !== undefined) reject(reply.error);
        else resolve(resultOf(call, reply));
      };
      this.#outstanding.set(id, { settle, fail: reject });
      this.#waiting.push(encodeRequest(id, call, request));
      this.#sendWaiting();
    });
  }

  /** Ends the connection when all that was asked has been sent. */
  close(): void {
    this.wantsClose ??= "end";
    this.#output.wake();
  }

  opened(wake: () => void): void {
    this.#output.opened(wake);
  }

  receive(chunk: Uint8Array): void {
    if (this.#lost !== undefined) return;
    try {
      this.#input.push(chunk, (line) => this.#onLine(line));
    } catch (error) {
      if (!(error instanceof ControlProtocolError || error instanceof ControlError)) throw error;
      this.#fail(error);
      this.wantsClose = "reset";
    }
  }

  placement(): undefined {
    return undefined;
  }

  placed(): void {}

  takeOutput(): readonly Uint8Array[] {
    return this.#output.take();
  }

  outputSent(): void {}

  deadline(): undefined {
    return undefined;
  }

  timeout(): void {}

  closed(cause: Error | undefined): void {
    this.#output.closed();
    this.#fail(cause ?? new ControlProtocolError("the daemon ended the connection before it answered"));
  }

  #sendWaiting(): void {
    while (this.#outstanding.size - this.#waiting.length < maxOutstandingCalls) {
      const request = this.#waiting.shift();
      if (request === undefined) return;
      this.#output.send(request);
    }
  }

  #onLine(line: string): void {
    const reply = decodeReply(line);
    if (reply.id === undefined) throw reply.error ?? new ControlProtocolError("the reply belongs to no request");
    const call = this.#outstanding.get(reply.id);
    if (call === undefined) throw new ControlProtocolError(`the reply belongs to request ${reply.id}, which was not asked`);
    this.#outstanding.delete(reply.id);
    this.#sendWaiting();
    try {
      call.settle(reply);
    } catch (error) {
      call.fail(error as Error);
      throw error;
    }
  }

  #fail(error: Error): void {
    this.#lost ??= error;
    for (const call of this.#outstanding.values()) call.fail(this.#lost);
    this.#outstanding.clear();
    this.#waiting.length = 0;
  }
}
