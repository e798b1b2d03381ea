import type { Clock } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { DeadlineTimer } from "./deadline-timer.ts";

export interface InProcessOptions {
  /** Into how large a piece the next of `available` bytes are cut, at least 1; whole unless given. Tests pass a seeded one. */
  readonly split?: ((available: number) => number) | undefined;
  /** Whether cores may name memory to be written into directly, as on a socket we connected. True unless given. */
  readonly placement?: boolean | undefined;
}

/** Two cores, each the other's peer. */
export interface InProcessConnection {
  /** Moves bytes until both are quiet. Happens by itself in a microtask after each `wake`; tests call it to have it now. */
  run(): void;
  /** Cuts the stream, as a network does; both cores get `closed(cause)`. */
  cut(cause?: Error): void;
  /** Both cores were told `closed`. */
  readonly closed: boolean;
}

/**
 * Connects two cores without sockets: a deterministic stand-in for `connectSocket` and `listen` in tests and in the simulator. As strict as a
 * kernel: chunks are overwritten after `receive` returned, and output is read only until `outputSent`.
 */
export function connectInProcess(a: ByteStreamCore, b: ByteStreamCore, clock: Clock, options: InProcessOptions = {}): InProcessConnection {
  return new InProcessLink(a, b, clock, options);
}

class InProcessLink implements InProcessConnection {
  readonly #ends: readonly [End, End];
  readonly #clock: Clock;
  readonly #split: (available: number) => number;
  readonly #placement: boolean;
  #running = false;
  #scheduled = false;
  #closed = false;

  constructor(a: ByteStreamCore, b: ByteStreamCore, clock: Clock, options: InProcessOptions) {
    this.#clock = clock;
    this.#split = options.split ?? ((available) => available);
    this.#placement = options.placement ?? true;
    this.#ends = [new End(a, clock, this.#schedule), new End(b, clock, this.#schedule)];
    for (const end of this.#ends) end.core.opened(this.#schedule, clock.now());
    this.#schedule();
  }

  get closed(): boolean {
    return this.#closed;
  }

  run(): void {
    if (this.#running || this.#closed) return;
    this.#running = true;
    const [a, b] = this.#ends;
    try {
      while (!this.#closed && (this.#move(a, b) || this.#move(b, a)));
    } finally {
      this.#running = false;
    }
    if (this.#closed) return;
    a.deadline.update();
    b.deadline.update();
  }

  cut(cause?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const end of this.#ends) {
      end.deadline.cancel();
      end.core.closed(cause, this.#clock.now());
    }
  }

  readonly #schedule = (): void => {
    if (this.#scheduled || this.#running) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.run();
    });
  };

  /** Moves what `from` has to say to `to`. Returns whether anything happened. */
  #move(from: End, to: End): boolean {
    const wish = from.core.wantsClose;
    if (wish === "reset") {
      this.cut();
      return true;
    }
    if (to.core.inputPaused === true) return false;
    const pieces = from.core.takeOutput();
    if (pieces.length === 0) {
      if (wish === "end") this.cut();
      return false;
    }
    for (const piece of pieces) this.#deliver(piece, to);
    if (!this.#closed) from.core.outputSent(this.#clock.now());
    return true;
  }

  #deliver(piece: Uint8Array, to: End): void {
    for (let at = 0; at < piece.length && !this.#closed; ) {
      if (to.core.wantsClose === "reset") return; // it no longer listens; the next `#move` cuts
      const count = Math.max(1, Math.min(this.#split(piece.length - at), piece.length - at));
      at += this.#placeOrReceive(piece.subarray(at, at + count), to.core);
    }
  }

  #placeOrReceive(chunk: Uint8Array, core: ByteStreamCore): number {
    const placement = this.#placement ? core.placement() : undefined;
    if (placement !== undefined) {
      const count = Math.min(placement.length, chunk.length);
      placement.set(chunk.subarray(0, count));
      core.placed(count, this.#clock.now());
      return count;
    }
    const borrowed = new Uint8Array(chunk);
    core.receive(borrowed, this.#clock.now());
    borrowed.fill(0xdb);
    return chunk.length;
  }
}

class End {
  readonly core: ByteStreamCore;
  readonly deadline: DeadlineTimer;

  constructor(core: ByteStreamCore, clock: Clock, afterTimeout: () => void) {
    this.core = core;
    this.deadline = new DeadlineTimer(core, clock, afterTimeout);
  }
}
