import type { Duration, Instant } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import type { Direction, TcpFlow } from "./tcp-flow.ts";

/** A tap on a byte stream: what passes is written down, and nothing else is different. */
export class TracedStream implements ByteStreamCore {
  readonly #core: ByteStreamCore;
  readonly #flow: TcpFlow;
  readonly #sent: Direction;
  readonly #received: Direction;
  #isOpened = false;
  #placement: Uint8Array | undefined = undefined;

  /** `end`: which end of the connection `core` is. */
  constructor(core: ByteStreamCore, flow: TcpFlow, end: "connecting" | "accepting") {
    this.#core = core;
    this.#flow = flow;
    this.#sent = end === "connecting" ? "out" : "in";
    this.#received = end === "connecting" ? "in" : "out";
  }

  opened(wake: () => void, now: Instant): void {
    this.#isOpened = true;
    this.#flow.opened();
    this.#core.opened(wake, now);
  }

  receive(chunk: Uint8Array, now: Instant): void {
    this.#flow.data(this.#received, chunk);
    this.#core.receive(chunk, now);
  }

  placement(): Uint8Array | undefined {
    this.#placement = this.#core.placement();
    return this.#placement;
  }

  placed(count: number, now: Instant): void {
    if (this.#placement !== undefined) this.#flow.data(this.#received, this.#placement.subarray(0, count));
    this.#core.placed(count, now);
  }

  get bulkReadBytes(): number {
    return this.#core.bulkReadBytes;
  }

  get restMs(): Duration | undefined {
    return this.#core.restMs;
  }

  get awaited(): number {
    return this.#core.awaited ?? 0;
  }

  get inputPaused(): boolean {
    return this.#core.inputPaused === true;
  }

  takeOutput(): readonly Uint8Array[] {
    const pieces = this.#core.takeOutput();
    if (pieces.length > 0) this.#flow.data(this.#sent, pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));
    return pieces;
  }

  outputSent(now: Instant): void {
    this.#core.outputSent(now);
  }

  deadline(): Instant | undefined {
    return this.#core.deadline();
  }

  timeout(now: Instant): void {
    this.#core.timeout(now);
  }

  get wantsClose(): "end" | "reset" | undefined {
    return this.#core.wantsClose;
  }

  closed(cause: Error | undefined, now: Instant): void {
    if (this.#isOpened) this.#flow.closed(cause === undefined && this.#core.wantsClose !== "reset");
    this.#core.closed(cause, now);
  }
}
