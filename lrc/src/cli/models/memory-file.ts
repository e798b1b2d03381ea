import type { StateFolder } from "#history";
import type { Memory } from "#review";

export const memoryFile = "model-answers.json";

/** More than this is not kept: what was not asked for the longest goes first. */
const mostBytes = 8 * 1024 * 1024;

/** Answers of models, in one file of the repository's state that anybody may delete. Read whole, written whole, because it is small. */
export class MemoryFile implements Memory {
  readonly #state: StateFolder;
  /** Oldest first. */
  readonly #answers: Map<string, unknown>;
  #changed = false;

  constructor(state: StateFolder) {
    this.#state = state;
    this.#answers = new Map(Object.entries(parsed(state.read(memoryFile))));
  }

  get(key: string): unknown {
    const answer = this.#answers.get(key);
    if (answer !== undefined) this.#keep(key, answer);
    return answer;
  }

  set(key: string, value: unknown): void {
    this.#keep(key, value);
    this.#changed = true;
  }

  /** Writes what was learned. A disk that is full costs the memory, never the review. */
  save(): void {
    if (!this.#changed) return;
    let size = 0;
    const kept: [string, unknown][] = [];
    for (const [key, value] of [...this.#answers].reverse()) {
      size += key.length + JSON.stringify(value).length + 8;
      if (size > mostBytes) break;
      kept.push([key, value]);
    }
    try {
      this.#state.write(memoryFile, JSON.stringify(Object.fromEntries(kept.reverse())));
    } catch {
      // What cannot be kept is asked again.
    }
  }

  #keep(key: string, value: unknown): void {
    this.#answers.delete(key);
    this.#answers.set(key, value);
  }
}

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
