import { createHash } from "node:crypto";
import { z } from "zod";
import { findingsAnswer, promptVersion, type StatedFinding, summaryAnswer } from "../prompt/prompts.ts";
import { contentOf, type Unit } from "../prompt/unit.ts";

/** Answers from earlier reviews, by keys. Whoever keeps them may forget any of them at any time. */
export interface Memory {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** What was said about one unit. */
export interface UnitAnswer {
  readonly findings: readonly StatedFinding[];
  readonly note: string;
}

/** What of an answer depends on more than the unit itself. */
export interface MemoryScope {
  readonly models: string;
  readonly effort: string;
  readonly rules: string;
}

/** Remembers what was said about units whose content, context, rules, model and questions are the same, wherever they stand by now. */
export class ReviewMemory {
  readonly #memory: Memory | undefined;
  readonly #scope: string;

  constructor(memory: Memory | undefined, scope: MemoryScope) {
    this.#memory = memory;
    this.#scope = JSON.stringify([promptVersion, scope.models, scope.effort, scope.rules]);
  }

  answerFor(unit: Unit): UnitAnswer | undefined {
    const stored = findingsAnswer.safeParse(this.#memory?.get(this.#key(contentOf(unit))));
    return stored.success ? stored.data : undefined;
  }

  keep(unit: Unit, answer: UnitAnswer): void {
    this.#memory?.set(this.#key(contentOf(unit)), answer);
  }

  /** The summary of the same change, or of one that differs from it in no more than a tenth of its notes. */
  summaryFor(notes: readonly string[], place: string): z.infer<typeof summaryAnswer> | undefined {
    const stored = storedSummary.safeParse(this.#memory?.get(this.#key(`summary ${place}`)));
    if (!stored.success) return undefined;
    const before = new Set(stored.data.notes);
    const fresh = notes.filter((note) => !before.has(note)).length;
    const gone = stored.data.notes.length - (notes.length - fresh);
    return fresh * 10 <= notes.length && gone * 10 <= notes.length ? stored.data.summary : undefined;
  }

  keepSummary(notes: readonly string[], place: string, summary: z.infer<typeof summaryAnswer>): void {
    this.#memory?.set(this.#key(`summary ${place}`), { notes, summary });
  }

  #key(content: string): string {
    return createHash("sha256").update(`${this.#scope}\n${content}`).digest("base64url");
  }
}

const storedSummary = z.object({ notes: z.array(z.string()), summary: summaryAnswer });
