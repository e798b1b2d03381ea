import type { ByteStreamCore } from "#bytes";
import { decodeRequest, encodeError, encodeResult, maxOutstandingCalls, maxRequestBytes, requestId } from "./codec.ts";
import { ControlError } from "./control-error.ts";
import { ControlProtocolError } from "./control-protocol-error.ts";
import { LineOutput } from "./line-output.ts";
import { LineReader } from "./line-reader.ts";
import type { ControlCall, RequestOf, ResultOf } from "./messages.ts";

/** Answers one call: called once, now or later, and harmless once the client has gone. */
export type Answer<C extends ControlCall> = (result: ResultOf<C> | ControlError) => void;

/** What the daemon does for its clients: the consumer of this protocol. */
export interface ControlService {
  add(request: RequestOf<"add">, answer: Answer<"add">): void;
  remove(request: RequestOf<"remove">, answer: Answer<"remove">): void;
  modify(request: RequestOf<"modify">, answer: Answer<"modify">): void;
  list(request: RequestOf<"list">, answer: Answer<"list">): void;
  sysctl(request: RequestOf<"sysctl">, answer: Answer<"sysctl">): void;
  sysctls(request: RequestOf<"sysctls">, answer: Answer<"sysctls">): void;
  /** Returns what to call when the client stops waiting. */
  wait(request: RequestOf<"wait">, answer: Answer<"wait">): () => void;
}

/**
 * The daemon's end of one control connection. Calls are answered in any order. What cannot be understood is answered with EPROTO; a stream that is no longer
 * made of lines is closed.
 */
export class ControlServerConnection implements ByteStreamCore {
  readonly bulkReadBytes = maxRequestBytes;
  wantsClose: "end" | "reset" | undefined = undefined;
  readonly #service: ControlService;
  readonly #input = new LineReader(maxRequestBytes);
  readonly #output = new LineOutput();
  readonly #waits = new Set<() => void>();
  #outstanding = 0;
  #closed = false;

  constructor(service: ControlService) {
    this.#service = service;
  }

  opened(wake: () => void): void {
    this.#output.opened(wake);
  }

  receive(chunk: Uint8Array): void {
    if (this.wantsClose !== undefined) return;
    try {
      this.#input.push(chunk, (line) => this.#onLine(line));
    } catch (error) {
      if (!(error instanceof ControlProtocolError)) throw error;
      this.#output.send(encodeError(undefined, new ControlError("EPROTO", error.message)));
      this.wantsClose = "end";
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

  closed(): void {
    this.#closed = true;
    this.#output.closed();
    for (const abandon of this.#waits) abandon();
    this.#waits.clear();
  }

  #onLine(line: string): void {
    if (this.wantsClose !== undefined) return;
    if (this.#outstanding >= maxOutstandingCalls) throw new ControlProtocolError(`more than ${maxOutstandingCalls} calls at a time`);
    try {
      this.#serve(line);
    } catch (error) {
      if (!(error instanceof ControlProtocolError)) throw error;
      this.#output.send(encodeError(requestId(line), new ControlError("EPROTO", error.message)));
    }
  }

  #serve(line: string): void {
    const { id, call, request } = decodeRequest(line);
    if (call === "add") this.#service.add(request, this.#answer(id, call));
    else if (call === "remove") this.#service.remove(request, this.#answer(id, call));
    else if (call === "modify") this.#service.modify(request, this.#answer(id, call));
    else if (call === "list") this.#service.list(request, this.#answer(id, call));
    else if (call === "sysctl") this.#service.sysctl(request, this.#answer(id, call));
    else if (call === "sysctls") this.#service.sysctls(request, this.#answer(id, call));
    else this.#wait(id, request);
  }

  #wait(id: number, request: RequestOf<"wait">): void {
    const answer = this.#answer(id, "wait");
    const waiting: { abandon?: () => void; answered: boolean } = { answered: false };
    waiting.abandon = this.#service.wait(request, (result) => {
      waiting.answered = true;
      if (waiting.abandon !== undefined) this.#waits.delete(waiting.abandon);
      answer(result);
    });
    if (!waiting.answered) this.#waits.add(waiting.abandon);
  }

  #answer<C extends ControlCall>(id: number, call: C): Answer<C> {
    this.#outstanding++;
    return (result) => {
      this.#outstanding--;
      if (this.#closed) return;
      this.#output.send(result instanceof ControlError ? encodeError(id, result) : encodeResult(id, call, result));
    };
  }
}
