import type { ConnectorInfo, TokenUsage } from "./connector.ts";
import { costOf } from "./tokens.ts";

/** What may be used up. Undefined: no limit. */
export interface SpendingLimits {
  readonly tokensPerReview?: number | undefined;
  readonly usdPerReview?: number | undefined;
  readonly tokensPerMonth?: number | undefined;
  readonly usdPerMonth?: number | undefined;
}

/** What one connector used. */
export interface SpentOn {
  readonly connector: string;
  readonly provider: string;
  readonly model: string;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars; undefined where no price is known. */
  readonly usd: number | undefined;
  /** Some numbers are our own estimate. */
  readonly estimated: boolean;
}

/** Keeps count of what a review uses, and says when no more may be. What is on its way counts as if it had arrived. */
export class Spending {
  readonly #limits: SpendingLimits;
  readonly #month: { readonly tokens: number; readonly usd: number };
  readonly #spent = new Map<string, SpentOn>();
  #reserved = { tokens: 0, usd: 0 };

  /** `month`: what was used this month before. */
  constructor(limits: SpendingLimits = {}, month: { readonly tokens: number; readonly usd: number } = { tokens: 0, usd: 0 }) {
    this.#limits = limits;
    this.#month = month;
  }

  /** Sets tokens aside for a request; a sentence that says which limit forbids it. */
  reserve(info: ConnectorInfo, inputTokens: number, outputTokens: number): Reservation | string {
    const tokens = inputTokens + outputTokens;
    const usd = costOf({ inputTokens, outputTokens }, info.price) ?? 0;
    const total = this.total;
    const soFar = { tokens: total.tokens + this.#reserved.tokens, usd: total.usd + this.#reserved.usd };
    const { tokensPerReview, usdPerReview, tokensPerMonth, usdPerMonth } = this.#limits;
    if (exceeds(soFar.tokens + tokens, tokensPerReview)) return `the limit of ${tokensPerReview} tokens a review`;
    if (exceeds(soFar.usd + usd, usdPerReview)) return `the limit of $${usdPerReview} a review`;
    if (exceeds(this.#month.tokens + soFar.tokens + tokens, tokensPerMonth)) return `the limit of ${tokensPerMonth} tokens a month`;
    if (exceeds(this.#month.usd + soFar.usd + usd, usdPerMonth)) return `the limit of $${usdPerMonth} a month`;
    this.#reserved.tokens += tokens;
    this.#reserved.usd += usd;
    let open = true;
    return {
      release: () => {
        if (!open) return;
        open = false;
        this.#reserved.tokens -= tokens;
        this.#reserved.usd -= usd;
      },
    };
  }

  /** Something was used. */
  add({ name, provider, model, price }: ConnectorInfo, usage: TokenUsage): void {
    const before = this.#spent.get(name);
    const usd = costOf(usage, price);
    this.#spent.set(name, {
      connector: name,
      provider,
      model,
      requests: (before?.requests ?? 0) + 1,
      inputTokens: (before?.inputTokens ?? 0) + usage.inputTokens,
      outputTokens: (before?.outputTokens ?? 0) + usage.outputTokens,
      usd: usd === undefined ? before?.usd : (before?.usd ?? 0) + usd,
      estimated: (before?.estimated ?? false) || usage.estimated,
    });
  }

  get spent(): readonly SpentOn[] {
    return [...this.#spent.values()];
  }

  get total(): { readonly tokens: number; readonly usd: number } {
    let tokens = 0;
    let usd = 0;
    for (const spent of this.#spent.values()) {
      tokens += spent.inputTokens + spent.outputTokens;
      usd += spent.usd ?? 0;
    }
    return { tokens, usd };
  }
}

/** Tokens set aside until an answer has come or will not. */
export interface Reservation {
  release(): void;
}

function exceeds(value: number, limit: number | undefined): boolean {
  return limit !== undefined && value > limit;
}
