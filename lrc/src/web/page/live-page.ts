import type { PageState } from "./page-state.ts";

/** What a page shows now, and who wants to know when that changes. */
export class LivePage<State extends PageState = PageState> {
  #state: State;
  readonly #listeners = new Set<(update: Partial<State>) => void>();

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  /** Replaces the members that `update` names, and tells everybody. */
  update(update: Partial<State>): void {
    this.#state = { ...this.#state, ...update };
    for (const listener of this.#listeners) listener(update);
  }

  /** Returns the way to stop listening. */
  subscribe(listener: (update: Partial<State>) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
