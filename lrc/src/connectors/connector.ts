import type { ZodType } from "zod";

/** What one request may cost and did cost. `estimated` where the other side gave no number that can be believed. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly estimated: boolean;
}

/** US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/** What is known of a connector before anything is sent. */
export interface ConnectorInfo {
  /** What its user calls it. */
  readonly name: string;
  readonly provider: string;
  readonly model: string;
  /** `local`: what is sent stays on this machine. */
  readonly place: "local" | "remote";
  /** Where requests go, for a reader: a host, or a program. */
  readonly destination: string;
  /** What a request and its answer may have together, in tokens. */
  readonly contextTokens: number;
  /** How many requests may be on their way at once. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** Undefined where nobody said. */
  readonly price: Price | undefined;
}

/** One question to a model. What it is about is the business of who asks. */
export interface Question {
  readonly system: string;
  readonly prompt: string;
  /** The shape of the answer. */
  readonly schema: ZodType;
  readonly maxOutputTokens: number;
  readonly temperature: number;
  /** Told the answer as far as it has come, again and again. */
  readonly onText?: (text: string) => void;
}

/** What came back, as it came: nobody has looked whether it fits the schema. */
export interface Reply {
  readonly text: string;
  readonly usage: TokenUsage;
  /** `cut`: the model was stopped by its limit of tokens. */
  readonly finish: "complete" | "cut";
}

/** A request as it would be sent, to be looked at. Keys are masked; the body is exact. */
export interface RequestPreview {
  /** `POST https://…`, or the command line of a program. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Carries one question to a model and its answer back. No retries, no interpretation: those are `ModelClient`'s. Rejects with a ConnectorError, or with
 * the signal's reason.
 */
export interface Connector {
  readonly info: ConnectorInfo;
  ask(question: Question, signal: AbortSignal): Promise<Reply>;
  /** What `ask` would send. Nothing is sent. */
  preview(question: Question): Promise<RequestPreview>;
  /** Ends what runs on its behalf. */
  close(): void;
}
