import type { Clock, Duration, Instant, Random } from "kit/clock";
import type { ZodType, z } from "zod";
import { jsonIn } from "./answer-json.ts";
import type { Connector, ConnectorInfo, Question, Reply, RequestPreview } from "./connector.ts";
import { ConnectorError } from "./connector-error.ts";
import { Limiter } from "./limiter.ts";
import type { Spending } from "./spending.ts";
import { estimateTokens } from "./tokens.ts";
import { wait } from "./wait.ts";

/** A question whose answer is wanted as a value. */
export interface TypedQuestion<S extends ZodType> extends Omit<Question, "schema"> {
  readonly schema: S;
}

export interface Answered<T> {
  readonly value: T;
  /** Who answered. */
  readonly by: ConnectorInfo;
  /** The answer was no JSON as it stood, or was asked for a second time. */
  readonly mended: boolean;
}

export interface ModelClientOptions {
  /** Asked in this order: the next one when one cannot. */
  readonly connectors: readonly Connector[];
  readonly clock: Clock;
  readonly random: Random;
  readonly spending: Spending;
}

/** How often a request is sent before somebody else is asked. */
const attempts = 4;
const firstDelayMs = 500;
const longestDelayMs = 20_000;
/** What is set aside for an answer. Few are longer, and the limit of one is far above. */
const usualAnswerTokens = 1_000;

/** What of the time that is left somebody has to begin an answer, when there is somebody else who could give one. */
const shareOfTime = 0.6;

/** Nothing more may be used up. */
export class SpendingLimitReached extends Error {
  override readonly name = "SpendingLimitReached";
}

/**
 * Asks models with patience: the connectors in their order, each with retries where those can help, a limit on how many requests are on their way, a time-out
 * for each, and an answer that is mended once and asked for again once. Who has no right key, or cannot be reached, is not asked again.
 */
export class ModelClient {
  readonly #options: ModelClientOptions;
  readonly #limiters = new Map<Connector, Limiter>();
  /** Why somebody is no longer asked. */
  readonly #given = new Map<Connector, ConnectorError>();
  #until: Instant | undefined;

  constructor(options: ModelClientOptions) {
    this.#options = options;
    for (const connector of options.connectors) this.#limiters.set(connector, new Limiter(connector.info.concurrency));
  }

  get connectors(): readonly ConnectorInfo[] {
    return this.#options.connectors.map(({ info }) => info);
  }

  /** Says when answers come too late, so that whoever is next in the list still has time for one. */
  answerBy(until: Instant | undefined): void {
    this.#until = until;
  }

  /** Rejects with a ConnectorError of the last who was asked, with SpendingLimitReached, or with the signal's reason. */
  async ask<S extends ZodType>(question: TypedQuestion<S>, signal: AbortSignal): Promise<Answered<z.infer<S>>> {
    const faults: string[] = [];
    let last: ConnectorError | undefined;
    for (const connector of this.#options.connectors) {
      const limiter = this.#limiters.get(connector)!;
      try {
        return await limiter.run(() => this.#askOne(connector, question, signal), signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ConnectorError)) throw error;
        if (error.fault !== "answer" && error.fault !== "request") this.#given.set(connector, error);
        faults.push(`${connector.info.name}: ${error.message}`);
        last = error;
      }
    }
    throw new ConnectorError(last?.fault ?? "missing", faults.join("; ") || "there is no connector", { cause: last });
  }

  /** What the first connector would be sent. Nothing is. */
  async preview(question: Question): Promise<{ readonly to: ConnectorInfo; readonly request: RequestPreview } | undefined> {
    const [first] = this.#options.connectors;
    return first === undefined ? undefined : { to: first.info, request: await first.preview(question) };
  }

  /** Ends whatever the connectors still run. */
  close(): void {
    for (const connector of this.#options.connectors) connector.close();
  }

  async #askOne<S extends ZodType>(connector: Connector, question: TypedQuestion<S>, signal: AbortSignal): Promise<Answered<z.infer<S>>> {
    const given = this.#given.get(connector);
    if (given !== undefined) throw given;
    const first = await this.#send(connector, question, signal);
    const understood = understand(first, question.schema);
    if (understood.value !== undefined) return { value: understood.value.data, by: connector.info, mended: understood.mended };
    // Once more, with what was wrong: the cheapest cure there is.
    const again = await this.#send(
      connector,
      {
        ...question,
        prompt: `${question.prompt}\n\nAn earlier answer to this could not be read (${understood.problem}). Answer with one JSON value of the given shape and nothing else.`,
      },
      signal,
    );
    const second = understand(again, question.schema);
    if (second.value === undefined) throw new ConnectorError("answer", `the answer cannot be read, twice: ${second.problem}`);
    return { value: second.value.data, by: connector.info, mended: true };
  }

  async #send(connector: Connector, question: Question, signal: AbortSignal): Promise<Reply> {
    const { clock, random, spending } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      const reservation = spending.reserve(
        connector.info,
        estimateTokens(question.system + question.prompt),
        Math.min(question.maxOutputTokens, usualAnswerTokens),
      );
      if (typeof reservation === "string") throw new SpendingLimitReached(reservation);
      try {
        const reply = await this.#sendOnce(connector, question, signal);
        spending.add(connector.info, reply.usage);
        return reply;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ConnectorError) || !error.isPassing || attempt >= attempts) throw error;
        const backOff = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1)) * (0.5 + random.fraction() / 2);
        const delay = Math.max(backOff, error.retryAfterMs ?? 0);
        // Whoever asks for more patience than a whole request may take is passed over.
        if (delay > Math.min(connector.info.timeoutMs, this.#patienceWith(connector))) throw error;
        reservation.release();
        await wait(clock, delay, signal);
      } finally {
        reservation.release();
      }
    }
  }

  /** How long to wait for the beginning of an answer. */
  #patienceWith(connector: Connector): Duration {
    const { connectors, clock } = this.#options;
    const others = connectors.slice(connectors.indexOf(connector) + 1).filter((one) => !this.#given.has(one));
    return this.#until === undefined || others.length === 0
      ? Number.POSITIVE_INFINITY
      : Math.max(0, this.#until - clock.now()) * shareOfTime;
  }

  async #sendOnce(connector: Connector, question: Question, signal: AbortSignal): Promise<Reply> {
    const { clock } = this.#options;
    const { timeoutMs } = connector.info;
    const slow = new AbortController();
    const failure = new ConnectorError("timeout", `no answer within ${Math.round(timeoutMs / 1000)} s`);
    const timer = clock.after(timeoutMs, () => slow.abort(failure));
    const patienceMs = this.#patienceWith(connector);
    let hasBegun = false;
    const early =
      patienceMs < timeoutMs
        ? clock.after(patienceMs, () => {
            if (!hasBegun) slow.abort(new ConnectorError("timeout", `no answer within ${Math.round(patienceMs / 1000)} s`));
          })
        : undefined;
    const onText = (text: string): void => {
      hasBegun = true;
      question.onText?.(text);
    };
    const given = AbortSignal.any([signal, slow.signal]);
    let stop: (() => void) | undefined;
    // A connector that does not listen to its signal is not waited for.
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(given.reason as Error);
      given.addEventListener("abort", stop, { once: true });
    });
    try {
      return await Promise.race([connector.ask({ ...question, onText }, given), stopped]);
    } catch (error) {
      signal.throwIfAborted();
      throw slow.signal.aborted ? slow.signal.reason : error;
    } finally {
      timer.cancel();
      early?.cancel();
      if (stop !== undefined) given.removeEventListener("abort", stop);
    }
  }
}

type Understood<T> =
  | { readonly value: { readonly data: T }; readonly mended: boolean }
  | { readonly value: undefined; readonly problem: string };

function understand<S extends ZodType>({ text, finish }: Reply, schema: S): Understood<z.infer<S>> {
  const json = jsonIn(text, (value) => schema.safeParse(value).success);
  if (json === undefined)
    return { value: undefined, problem: text.trim() === "" ? "it is empty" : finish === "cut" ? "it was cut off" : "it is no JSON" };
  const checked = schema.safeParse(json.value);
  if (checked.success) return { value: { data: checked.data }, mended: json.mended };
  const issue = checked.error.issues[0];
  return {
    value: undefined,
    problem: issue === undefined ? "it has another shape" : `${issue.path.join(".") || "the value"}: ${issue.message}`,
  };
}
