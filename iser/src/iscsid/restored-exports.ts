import type { Clock, Instant } from "kit/clock";
import type { ByteStreamCore } from "#bytes";

/**
 * Keeps clients waiting who come while a daemon gets its sessions back from the one before it: they reconnect within milliseconds, and would be told that their
 * export is not there. NBD's server speaks first, so that such a client has nothing to say yet.
 */
export class RestoredExports {
  readonly #clock: Clock;
  readonly #held = new Set<HeldConnection>();
  #open = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `make`'s core for a connection that was accepted: itself once the exports are there, else behind one that holds the client until then. */
  accept(make: () => ByteStreamCore | undefined): ByteStreamCore | undefined {
    if (this.#open) return make();
    const connection = new HeldConnection(make, () => this.#held.delete(connection));
    this.#held.add(connection);
    return connection;
  }

  /** The exports are there, or are waited for no longer. */
  open(): void {
    this.#open = true;
    for (const connection of this.#held) connection.release(this.#clock.now());
    this.#held.clear();
  }
}

/** A connection whose protocol begins when it is released. */
class HeldConnection implements ByteStreamCore {
  readonly #make: () => ByteStreamCore | undefined;
  readonly #onClosed: () => void;
  #core: ByteStreamCore | undefined = undefined;
  #wake: (() => void) | undefined = undefined;
  #isReleased = false;
  #isRefused = false;

  constructor(make: () => ByteStreamCore | undefined, onClosed: () => void) {
    this.#make = make;
    this.#onClosed = onClosed;
  }

  release(now: Instant): void {
    this.#isReleased = true;
    if (this.#wake === undefined) return; // `opened` is still to come
    this.#begin(this.#wake, now);
    this.#wake();
  }

  get bulkReadBytes(): number {
    return this.#core?.bulkReadBytes ?? 1;
  }

  get awaited(): number {
    return this.#core?.awaited ?? 0;
  }

  /** What a client says while it is held stays in its socket. */
  get inputPaused(): boolean {
    return this.#core === undefined || this.#core.inputPaused === true;
  }

  get wantsClose(): "end" | "reset" | undefined {
    return this.#isRefused ? "reset" : this.#core?.wantsClose;
  }

  opened(wake: () => void, now: Instant): void {
    this.#wake = wake;
    if (this.#isReleased) this.#begin(wake, now);
  }

  receive(chunk: Uint8Array, now: Instant): void {
    if (this.#core === undefined) this.#isRefused = true;
    else this.#core.receive(chunk, now);
  }

  placement(): Uint8Array | undefined {
    return this.#core?.placement();
  }

  placed(count: number, now: Instant): void {
    this.#core?.placed(count, now);
  }

  takeOutput(): readonly Uint8Array[] {
    return this.#core?.takeOutput() ?? [];
  }

  outputSent(now: Instant): void {
    this.#core?.outputSent(now);
  }

  deadline(): Instant | undefined {
    return this.#core?.deadline();
  }

  timeout(now: Instant): void {
    this.#core?.timeout(now);
  }

  closed(cause: Error | undefined, now: Instant): void {
    this.#onClosed();
    this.#core?.closed(cause, now);
  }

  #begin(wake: () => void, now: Instant): void {
    this.#core = this.#make();
    if (this.#core === undefined) this.#isRefused = true;
    else this.#core.opened(wake, now);
  }
}
