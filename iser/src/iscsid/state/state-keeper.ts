import type { DaemonState } from "./daemon-state.ts";

/** Where states go: a file. */
interface StateStore {
  write(state: DaemonState): Promise<void>;
}

/**
 * Brings every change of the daemon's state to its file. Changes that come while one is being written are written together behind it: adding a thousand sessions
 * writes a few files, not a thousand.
 */
export class StateKeeper {
  readonly #store: StateStore;
  readonly #current: () => DaemonState;
  readonly #onFailure: (error: Error) => void;
  /** To be called when the next write has ended. */
  readonly #waiting: (() => void)[] = [];
  /** To be called when the present one has. */
  readonly #written: (() => void)[] = [];
  #dirty = false;
  #writing = false;
  #closed = false;
  #isFailing = false;

  /** `current` gives the state as it is; `onFailure` hears of the first of several in a row that could not be written; the next change tries again. */
  constructor(store: StateStore, current: () => DaemonState, onFailure: (error: Error) => void) {
    this.#store = store;
    this.#current = current;
    this.#onFailure = onFailure;
  }

  /** Something that is kept is another now. `saved` is called when that is on disk, or could not be brought there; never before this returns. */
  changed(saved?: () => void): void {
    if (saved !== undefined) this.#waiting.push(saved);
    this.#dirty = true;
    if (!this.#writing) queueMicrotask(() => void this.#write());
  }

  /** Calls `saved` when all that has changed is on disk: at once when it is. */
  settled(saved: () => void): void {
    if (this.#dirty) this.#waiting.push(saved);
    else if (this.#writing) this.#written.push(saved);
    else saved();
  }

  /** Writes no more; resolves when nothing is being written. */
  async close(): Promise<void> {
    this.#closed = true;
    await new Promise<void>((resolve) => this.settled(resolve));
  }

  async #write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    while (this.#dirty) {
      this.#dirty = false;
      this.#written.push(...this.#waiting.splice(0));
      try {
        if (!this.#closed) await this.#store.write(this.#current());
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) this.#onFailure(error as Error);
        this.#isFailing = true;
      }
      for (const saved of this.#written.splice(0)) saved();
    }
    this.#writing = false;
    for (const saved of this.#written.splice(0)) saved(); // who asked from within a `saved`
  }
}
