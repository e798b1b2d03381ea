import { type ConnectorInfo, estimateTokens, type RequestPreview } from "#connectors";
import type { ReviewerNews } from "../model-event.ts";
import type { Reviewer, ReviewerOutcome, ReviewRequest } from "../reviewer.ts";
import { ModelRun, type RunOptions } from "./model-run.ts";
import { prepareWork, questionFor, samplesOf } from "./model-work.ts";

/** What would be sent for a change. Follow-up questions depend on the answers and are not in it. */
export interface ModelPreview {
  readonly to: ConnectorInfo | undefined;
  /** Who is sent the same when that one cannot answer, in their order. */
  readonly otherwise: readonly ConnectorInfo[];
  /** How often each request is sent. */
  readonly samples: number;
  readonly requests: readonly RequestPreview[];
  readonly inputTokens: number;
  /** Pieces of the change whose answers are known already. */
  readonly remembered: number;
  /** Different secrets that were replaced. */
  readonly redacted: number;
  readonly notices: readonly string[];
}

/** A model as a reviewer: it states what it thinks, and everything that can be checked about that is checked here. */
export class ModelReviewer implements Reviewer {
  readonly name = "model";
  readonly #options: RunOptions;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  async review(request: ReviewRequest, signal: AbortSignal, tell?: (news: ReviewerNews) => void): Promise<ReviewerOutcome> {
    const work = await prepareWork(request, this.#options);
    this.#options.client.answerBy(request.until);
    const run = new ModelRun(work, this.#options, signal, tell);
    try {
      return await run.outcome(request);
    } finally {
      this.#options.client.close();
    }
  }

  /** What `review` would send first. Sends nothing. */
  async preview(request: ReviewRequest): Promise<ModelPreview> {
    const { client, secret, effort } = this.#options;
    const work = await prepareWork(request, this.#options);
    const requests: RequestPreview[] = [];
    let to: ConnectorInfo | undefined;
    let inputTokens = 0;
    const samples = samplesOf[effort];
    for (const batch of work.batches) {
      const question = questionFor(batch, work, secret, effort);
      const seen = await client.preview(question);
      if (seen === undefined) break;
      to = seen.to;
      requests.push(seen.request);
      inputTokens += estimateTokens(question.system + question.prompt) * samples;
    }
    return {
      to,
      otherwise: client.connectors.slice(1),
      samples,
      requests,
      inputTokens,
      remembered: work.units.length - work.fresh.length,
      redacted: work.redactor.count,
      notices: work.notices,
    };
  }
}
