import { BlockModel } from "./block-model.ts";

/** What a client may ask of the disk. */
export type Request =
  | { readonly kind: "write"; readonly first: number; readonly count: number; readonly fua: boolean; readonly content: number }
  | { readonly kind: "read"; readonly first: number; readonly count: number }
  | { readonly kind: "flush" };

/** What became of it: `canceled` when its client no longer wanted it, and it may have been executed. */
export type Outcome =
  | { readonly kind: "done"; readonly contents?: readonly (number | undefined)[] }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "canceled" };

/**
 * Judges a history while it happens, from what the disk's users can see alone: which requests began and how they ended, and when the power failed. Says what is wrong with it in `violations`.
 */
export class History {
  readonly violations: string[] = [];
  readonly #blocks: readonly BlockModel[];
  readonly #open = new Map<number, { readonly request: Request; readonly begunAt: number }>();
  /** Events are their own time: two that happen at one moment of the clock have an order too. */
  #now = 0;
  /** The power failures that nobody was told of yet, and those that somebody was: the moment of the latest, and until when it excuses flushes. */
  #powerFailedAt: number | undefined = undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  readonly #mayFail: boolean;
  readonly #flushesMayFail: boolean;

  /**
   * `mayFail`: reads and writes may fail, because commands may be kept too long. `flushesMayFail`: also flushes that nothing excuses which their users could see, since the initiator cannot know whether a
   * target was restarted or not.
   */
  constructor(blocks: number, options: { readonly mayFail: boolean; readonly flushesMayFail: boolean }) {
    this.#blocks = Array.from({ length: blocks }, () => new BlockModel());
    this.#mayFail = options.mayFail;
    this.#flushesMayFail = options.flushesMayFail;
  }

  /** Requests that have begun and not ended. */
  get open(): readonly number[] {
    return [...this.#open.keys()];
  }

  begin(id: number, request: Request): void {
    this.#now++;
    this.#open.set(id, { request, begunAt: this.#now });
    if (request.kind === "write") this.#over(request, (block) => block.writeBegins(id, request.content));
    if (request.kind === "read") this.#over(request, (block) => block.readBegins(id));
  }

  end(id: number, outcome: Outcome): void {
    this.#now++;
    const open = this.#open.get(id);
    if (open === undefined) {
      this.violations.push(`request ${id} ended twice, or never began`);
      return;
    }
    this.#open.delete(id);
    const { request, begunAt } = open;
    switch (request.kind) {
      case "write":
        this.#writeEnds(id, request, outcome);
        return;
      case "read":
        this.#readEnds(id, request, outcome);
        return;
      case "flush":
        this.#flushEnds(id, begunAt, outcome);
    }
  }

  /** The target's power failed: what was in its cache may be lost. */
  powerFails(): void {
    this.#now++;
    this.#powerFailedAt = this.#now;
    for (const block of this.#blocks) block.powerFails();
  }

  #writeEnds(id: number, request: Extract<Request, { kind: "write" }>, outcome: Outcome): void {
    if (outcome.kind === "failed") this.#judgeFailure(id, "write", outcome.message);
    if (outcome.kind === "done") this.#over(request, (block) => block.writeEnds(id, this.#now, request.fua));
    this.#check(request, () => `write ${id} was acknowledged${request.fua ? " as durable" : ""}, and cannot have been executed`);
  }

  #readEnds(id: number, request: Extract<Request, { kind: "read" }>, outcome: Outcome): void {
    if (outcome.kind === "failed") this.#judgeFailure(id, "read", outcome.message);
    const contents = outcome.kind === "done" ? outcome.contents : undefined;
    for (let index = 0; index < request.count; index++) {
      const block = this.#blocks[request.first + index]!;
      const content = contents?.[index];
      if (outcome.kind === "done" && content === undefined) {
        this.violations.push(`read ${id} gave block ${request.first + index} with parts of different writes, or memory of somebody else`);
      }
      const could = block.candidates;
      block.readEnds(id, content);
      if (block.isImpossible) {
        this.violations.push(
          `read ${id} gave block ${request.first + index} as write ${content} left it; it could be ${could.join(" or ")}`,
        );
      }
    }
  }

  #flushEnds(id: number, begunAt: number, outcome: Outcome): void {
    if (outcome.kind === "canceled") return;
    if (outcome.kind === "done") {
      this.#over({ first: 0, count: this.#blocks.length }, (block) => block.flushSucceeds(begunAt));
      this.#check({ first: 0, count: this.#blocks.length }, () => `flush ${id} succeeded, and writes before it are lost`);
      return;
    }
    for (const block of this.#blocks) block.flushFails(this.#now);
    const excused = this.#powerFailedAt !== undefined && (this.#toldAt < this.#powerFailedAt || begunAt <= this.#toldAt);
    if (this.#powerFailedAt !== undefined && this.#toldAt < this.#powerFailedAt) this.#toldAt = this.#now;
    if (!excused && !this.#flushesMayFail) this.violations.push(`flush ${id} failed, and nothing can have been lost: ${outcome.message}`);
  }

  #judgeFailure(id: number, what: string, message: string): void {
    if (!this.#mayFail) this.violations.push(`${what} ${id} failed, and need not have: ${message}`);
  }

  #over({ first, count }: { readonly first: number; readonly count: number }, apply: (block: BlockModel) => void): void {
    for (let index = first; index < first + count; index++) apply(this.#blocks[index]!);
  }

  #check({ first, count }: { readonly first: number; readonly count: number }, words: () => string): void {
    for (let index = first; index < first + count; index++) {
      const block = this.#blocks[index]!;
      if (block.isTooMany) throw new Error("the history has become too ambiguous to judge: too many writes without an end");
      if (!block.isImpossible) continue;
      this.violations.push(`${words()} (block ${index})`);
      return;
    }
  }
}
