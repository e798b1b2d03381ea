import type { Socket } from "node:net";
import type { Clock, Duration, Instant, Timer } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { DeadlineTimer } from "./deadline-timer.ts";
import { describeSocketError } from "./socket-error.ts";
import { defaultStreamTuning, type StreamTuning } from "./stream-tuning.ts";

/** A connection from the outside: what a program may know and do besides talking to its core. */
export interface SocketConnection {
  /** `host:port` of the other end, or the socket's path. */
  readonly peer: string;
  /** `host:port` of our end once connected; the path for a unix socket. */
  readonly local: string;
  /** Bytes the core gave away that the kernel has not taken yet. */
  readonly unsentBytes: number;
  /** Drops the connection at once; `closed(cause)` of the core follows. A second call is harmless. */
  destroy(cause?: Error): void;
}

/** How long an ended connection waits for the peer to end its side too. */
const lingerMs: Duration = 5_000;

/**
 * Moves bytes between one socket and one core, in the order `ByteStreamCore` promises. Output is taken once for everything that
 * happened in one turn of the event loop, promises included: one write(2) for many commands is the largest single effect on
 * throughput there is (docs/decisions/hot-path.md).
 */
export class SocketPump implements SocketConnection {
  readonly #core: ByteStreamCore;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #deadline: DeadlineTimer;
  readonly #unixPath: string | undefined;
  readonly #tuning: StreamTuning;
  #peer: string;
  #flushScheduled = false;
  #ending = false;
  #closed = false;
  #opened = false;
  #lingering: Timer | undefined;
  #cause: Error | undefined;
  #paused = false;
  /** The core wants a rest, and the output that the last read leads to is not with the socket yet. */
  #restIsDue = false;

  constructor(
    core: ByteStreamCore,
    socket: Socket,
    clock: Clock,
    peer: string,
    unixPath: string | undefined,
    tuning: StreamTuning = defaultStreamTuning,
  ) {
    this.#core = core;
    this.#socket = socket;
    this.#clock = clock;
    this.#peer = peer;
    this.#unixPath = unixPath;
    this.#tuning = tuning;
    this.#deadline = new DeadlineTimer(core, clock, () => this.#flush());
    socket.on("error", (error) => {
      // What a peer does after we have said everything and ended is no concern of the core.
      if (this.#ending && socket.writableFinished) return;
      this.#cause ??= describeSocketError(this.#opened ? "connection with" : "connect to", this.#peer, error);
    });
    socket.on("end", () => {
      this.#ending = true; // Node ends our side too, once what it holds is sent
      this.#linger();
    });
    socket.on("close", () => this.#finish());
  }

  get peer(): string {
    return this.#peer;
  }

  get local(): string {
    const { localAddress, localPort } = this.#socket;
    if (this.#unixPath !== undefined || localAddress === undefined) return this.#unixPath ?? "";
    return localAddress.includes(":") ? `[${localAddress}]:${localPort}` : `${localAddress}:${localPort}`;
  }

  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  /** Whether the core may be asked and told things. */
  get live(): boolean {
    return this.#opened && !this.#closed && !this.#socket.destroyed;
  }

  destroy(cause?: Error): void {
    if (this.#closed) return;
    this.#cause ??= cause; // also for a socket that gave up by itself, and has not yet said why
    this.#socket.destroy();
  }

  /** The socket is connected. */
  open(peer: string): void {
    this.#peer = peer;
    this.#opened = true;
    this.#core.opened(this.#wake, this.#clock.now());
    this.#afterCore();
  }

  receive(chunk: Uint8Array): void {
    if (!this.live) return;
    const now = this.#clock.now();
    this.#tuning.poll?.arrived(now);
    this.#core.receive(chunk, now);
    const { restMs } = this.#core;
    if (restMs !== undefined) this.#planRest(restMs, now);
    this.#afterCore();
  }

  placed(count: number): void {
    if (!this.live) return;
    const now = this.#clock.now();
    this.#tuning.poll?.arrived(now);
    this.#core.placed(count, now);
    this.#afterCore();
  }

  readonly #wake = (): void => {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    queueMicrotask(this.#afterMicrotasks);
  };

  /** From a microtask, nextTick runs after all other microtasks: what promises wake up to ask for joins the same write. */
  readonly #afterMicrotasks = (): void => {
    process.nextTick(this.#flush);
  };

  #afterCore(): void {
    if (this.#flushScheduled) this.#follow();
    else this.#flush();
  }

  readonly #flush = (): void => {
    this.#flushScheduled = false;
    while (this.live && !this.#ending && this.#socket.writableLength < this.#tuning.sendSpaceBytes) {
      const pieces = this.#core.takeOutput();
      if (pieces.length > 0) this.#write(pieces);
      else if (this.#core.wantsClose === "end") this.#end();
      else break;
    }
    this.#follow();
    if (this.#restIsDue) this.#takeRest();
    const { awaited } = this.#core;
    if (awaited !== undefined && this.live) this.#tuning.poll?.awaits(awaited, this.#clock.now());
  };

  #write(pieces: readonly Uint8Array[]): void {
    const last = pieces.length - 1;
    if (last === 0) {
      this.#socket.write(pieces[0]!, this.#onSent);
      return;
    }
    if (this.#tuning.coalesce) this.#socket.cork();
    for (let i = 0; i < last; i++) this.#socket.write(pieces[i]!);
    this.#socket.write(pieces[last]!, this.#onSent);
    if (this.#tuning.coalesce) this.#socket.uncork();
  }

  readonly #onSent = (error?: Error | null): void => {
    // After an error the batch counts as given back by `closed`.
    if (error || !this.live) return;
    this.#core.outputSent(this.#clock.now());
    this.#afterCore();
  };

  /** Does what the core wants besides sending. */
  #follow(): void {
    if (!this.live) return;
    if (this.#core.wantsClose === "reset") {
      this.#reset();
      return;
    }
    const paused = this.#core.inputPaused === true;
    if (paused !== this.#paused) this.#pauseInput(paused);
    this.#deadline.update();
  }

  /** A rest comes behind the output that a read leads to, whenever in this turn that is asked for. */
  #planRest(restMs: Duration, now: Instant): void {
    this.#tuning.rest?.arrived(this, now);
    if (restMs === 0) return;
    this.#restIsDue = true;
    this.#wake();
  }

  #takeRest(): void {
    this.#restIsDue = false;
    const { restMs = 0 } = this.#core;
    if (restMs > 0) this.#tuning.rest?.take(this, restMs, this.#clock.now());
  }

  #pauseInput(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#socket.pause();
    else this.#socket.resume();
  }

  /** All output is with the socket: sends what it holds, then the end of the stream. */
  #end(): void {
    this.#ending = true;
    this.#socket.end();
    this.#linger();
  }

  #reset(): void {
    if (this.#unixPath === undefined) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  /** One side has ended: the rest of the close must not take for ever. */
  #linger(): void {
    this.#lingering ??= this.#clock.after(lingerMs, () => this.#socket.destroy(), { background: true });
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#deadline.cancel();
    this.#lingering?.cancel();
    this.#core.closed(this.#cause, this.#clock.now());
  }
}
