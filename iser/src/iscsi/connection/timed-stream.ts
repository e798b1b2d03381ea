import type { Duration, Instant } from "kit/clock";
import type { ByteStreamCore } from "#bytes";

/** What an iSCSI connection knows of time: when it last heard something, and what it is waiting for. */
export interface Timekeeper {
  /** Bytes arrived or the stream opened; called before anything they lead to. */
  onActivity(now: Instant): void;
  /** Everything that arrived has been handled. */
  onInputDrained(): void;
  deadline(): Instant | undefined;
  timeout(now: Instant): void;
  /** All output that was queued until now was handed on as one batch. */
  onOutputTaken?(): void;
  /** The oldest batch left. */
  onOutputSent?(): void;
  /** How many answers or requests may come at any moment, as in ByteStreamCore. */
  readonly awaited?: number;
  /** True while nothing more should be read. */
  readonly inputPaused?: boolean;
}

/** A datamover's byte stream together with the connection's clockwork: what a socket is given to pump. */
export class TimedStream implements ByteStreamCore {
  readonly #stream: ByteStreamCore;
  readonly #timekeeper: Timekeeper;

  constructor(stream: ByteStreamCore, timekeeper: Timekeeper) {
    this.#stream = stream;
    this.#timekeeper = timekeeper;
  }

  opened(wake: () => void, now: Instant): void {
    this.#timekeeper.onActivity(now);
    this.#stream.opened(wake, now);
  }

  receive(chunk: Uint8Array, now: Instant): void {
    this.#timekeeper.onActivity(now);
    this.#stream.receive(chunk, now);
    this.#timekeeper.onInputDrained();
  }

  placement(): Uint8Array | undefined {
    return this.#stream.placement();
  }

  placed(count: number, now: Instant): void {
    this.#timekeeper.onActivity(now);
    this.#stream.placed(count, now);
    this.#timekeeper.onInputDrained();
  }

  get bulkReadBytes(): number {
    return this.#stream.bulkReadBytes;
  }

  get restMs(): Duration | undefined {
    return this.#stream.restMs;
  }

  get awaited(): number {
    return this.#timekeeper.awaited ?? 0;
  }

  get inputPaused(): boolean {
    return this.#stream.inputPaused === true || this.#timekeeper.inputPaused === true;
  }

  takeOutput(): readonly Uint8Array[] {
    const pieces = this.#stream.takeOutput();
    if (pieces.length > 0) this.#timekeeper.onOutputTaken?.();
    return pieces;
  }

  outputSent(now: Instant): void {
    this.#stream.outputSent(now);
    this.#timekeeper.onOutputSent?.();
    this.#timekeeper.onInputDrained();
  }

  deadline(): Instant | undefined {
    const own = this.#timekeeper.deadline();
    const stream = this.#stream.deadline();
    if (own === undefined || stream === undefined) return own ?? stream;
    return Math.min(own, stream);
  }

  timeout(now: Instant): void {
    this.#stream.timeout(now);
    this.#timekeeper.timeout(now);
  }

  get wantsClose(): "end" | "reset" | undefined {
    return this.#stream.wantsClose;
  }

  closed(cause: Error | undefined, now: Instant): void {
    this.#timekeeper.onActivity(now);
    this.#stream.closed(cause, now);
  }
}
