import type { Secret } from "kit/log";
import type { Connector, ConnectorInfo, Question, Reply, RequestPreview } from "../connector.ts";
import { ConnectorError, faultOfStatus, retryAfterOf } from "../connector-error.ts";
import { isOnThisMachine, providerOf, runsElsewhere } from "../providers.ts";
import type { ConnectorSettings } from "../settings.ts";
import { believableUsage } from "../tokens.ts";
import { boundedResponse } from "./bounded-response.ts";
import { languageModel } from "./language-model.ts";
import { isWhole, type WholeAnswer, wholeAnswerIn } from "./whole-answer.ts";

export interface SdkConnectorOptions {
  readonly settings: ConnectorSettings;
  readonly env: Readonly<Partial<Record<string, string>>>;
  /** Looks for the key; asked once, and only when something is to be sent, and given up when nobody waits for it any more. */
  readonly key: (signal: AbortSignal) => Promise<Secret<string> | undefined>;
  /** Folder with the packages that were installed later. */
  readonly packages: string;
  /** Milliseconds since 1970. */
  readonly wallTime: () => number;
  readonly fetch: typeof fetch;
}

/** Everything that speaks HTTP, through the AI SDK. It is loaded with the first question. */
export class SdkConnector implements Connector {
  readonly info: ConnectorInfo;
  readonly #options: SdkConnectorOptions;
  readonly #baseUrl: string | undefined;
  #key: Promise<Secret<string> | undefined> | undefined;
  /** Servers that have never heard of schemas say 400 and that it is for them; they are asked in words only from then on. */
  #withSchema = true;
  readonly #closed = new AbortController();

  constructor(options: SdkConnectorOptions) {
    const { settings, env } = options;
    const provider = providerOf(settings.provider);
    this.#options = options;
    this.#baseUrl =
      settings.baseUrl ?? (provider?.baseUrlVariable === undefined ? undefined : env[provider.baseUrlVariable]) ?? provider?.baseUrl;
    const { name, model, contextTokens, concurrency, timeoutMs, price } = settings;
    const place = isOnThisMachine(this.#baseUrl ?? "") && !runsElsewhere(model) ? "local" : "remote";
    this.info = {
      name,
      provider: settings.provider,
      model,
      place,
      destination: hostOf(this.#baseUrl),
      contextTokens,
      concurrency,
      timeoutMs,
      price,
    };
  }

  async ask(question: Question, signal: AbortSignal): Promise<Reply> {
    this.#key ??= this.#options.key(this.#closed.signal);
    const key = await this.#key;
    // Somebody was asked and nobody else: an answer that sends us elsewhere would take the code and the key along.
    const staying = async (input: string | URL | Request, init: RequestInit | undefined, keep: KeepWhole): Promise<Response> => {
      const response = await this.#options.fetch(input, { ...init, redirect: "manual" });
      if (isWhole(response)) {
        const body = await boundedResponse(response).text();
        const whole = wholeAnswerIn(body);
        if (whole !== undefined) keep(whole);
        return new Response(body, { status: response.status, headers: response.headers });
      }
      // A captive portal, a proxy, a wrong address: no model writes pages, and asking again gets the same one.
      if (!response.ok || !/^text\/html\b/i.test(response.headers.get("content-type") ?? "")) return boundedResponse(response);
      await response.body?.cancel();
      throw new ConnectorError("answer", "the answer is none of this protocol but a page; is the address right?");
    };
    try {
      return await this.#stream(question, key, staying, signal);
    } catch (error) {
      if (!this.#withSchema || !refusesSchema(error)) throw error;
      this.#withSchema = false;
      return await this.#stream(question, key, staying, signal);
    }
  }

  async preview(question: Question): Promise<RequestPreview> {
    let seen: RequestPreview | undefined;
    const looking = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const headers = Object.fromEntries(
        [...new Headers(init?.headers)].map(([name, value]) => [name, isKeyHeader(name) ? "[key]" : value]),
      );
      seen = { target: `${init?.method ?? "GET"} ${urlOf(input)}`, headers, body: typeof init?.body === "string" ? init.body : "" };
      return await Promise.reject(new Error("only looked at"));
    };
    const { Secret } = await import("kit/log");
    // The bytes are the same whichever key is sent along.
    const key = this.#options.settings.key.kind === "none" ? undefined : new Secret("none");
    await this.#stream(question, key, looking, new AbortController().signal).catch((error: unknown) => {
      if (seen === undefined) throw error;
    });
    return seen!;
  }

  close(): void {
    // Requests end with their signals; the key is everybody's.
    this.#closed.abort();
  }

  async #stream(question: Question, key: Secret<string> | undefined, send: Send, signal: AbortSignal): Promise<Reply> {
    const { settings, packages, wallTime } = this.#options;
    // The SDK would write its warnings to stdout, which is for data.
    Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
    const { streamText, Output } = await import("ai");
    let whole: WholeAnswer | undefined;
    const keep: KeepWhole = (answer) => {
      whole = answer;
    };
    const fetch: typeof globalThis.fetch = (input, init) => send(input, init, keep);
    const model = await languageModel({ settings, baseUrl: this.#baseUrl, key, fetch, packages });
    const { system, prompt, schema, maxOutputTokens, temperature, onText } = question;
    let text = "";
    let failure: unknown;
    try {
      const result = streamText({
        model,
        system,
        prompt,
        maxOutputTokens,
        // Models that think refuse a temperature, and the SDK would warn about it.
        ...(takesTemperature(settings.model) ? { temperature } : {}),
        ...(this.#withSchema ? { output: Output.object({ schema }) } : {}),
        maxRetries: 0,
        abortSignal: signal,
        onError: () => undefined,
      });
      let usage: { readonly input: unknown; readonly output: unknown } = { input: undefined, output: undefined };
      let reason: string | undefined;
      for await (const part of result.fullStream) {
        if (part.type === "text-delta") {
          text += part.text;
          if (text.length > longestAnswer) throw new ConnectorError("answer", "the answer has no end");
          onText?.(text);
        } else if (part.type === "error") {
          failure = part.error;
          break;
        } else if (part.type === "abort") signal.throwIfAborted();
        else if (part.type === "finish") {
          usage = { input: part.totalUsage.inputTokens, output: part.totalUsage.outputTokens };
          reason = part.finishReason;
        }
      }
      if (failure === undefined) {
        signal.throwIfAborted();
        if (reason === undefined || reason === "error") throw new ConnectorError("connection", "the answer breaks off");
        if (reason === "content-filter") throw new ConnectorError("answer", "the provider's filter withheld the answer");
        // A stream that was cut off mid-way ends without anybody saying why.
        if ((reason === "other" || reason === "unknown") && !isWholeJson(text))
          throw new ConnectorError("connection", "the answer breaks off");
        return { text, usage: believableUsage(usage, system + prompt, text), finish: reason === "length" ? "cut" : "complete" };
      }
    } catch (error) {
      failure = error;
    }
    signal.throwIfAborted();
    // The SDK has found nothing in it: it was looking for events.
    if (whole !== undefined) {
      onText?.(whole.text);
      return {
        text: whole.text,
        usage: believableUsage(whole.usage, system + prompt, whole.text),
        finish: whole.isCut ? "cut" : "complete",
      };
    }
    // An answer that is whole is one, whatever is wrong with what comes after it: its tokens counted in words, a connection that ends before the last event.
    if (!(failure instanceof ConnectorError) && isWholeJson(text))
      return { text, usage: believableUsage({ input: undefined, output: undefined }, system + prompt, text), finish: "complete" };
    throw connectorErrorOf(failure, wallTime());
  }
}

type KeepWhole = (answer: WholeAnswer) => void;
type Send = (input: string | URL | Request, init: RequestInit | undefined, keep: KeepWhole) => Promise<Response>;

/** Whether a request was refused for the shape that it wants the answer in. Any other one would be refused again. */
function refusesSchema(error: unknown): boolean {
  if (!(error instanceof ConnectorError) || (error.status !== 400 && error.status !== 422)) return false;
  const call = apiCallErrorIn(error.cause);
  return /schema|response.?format|output.?(format|config)|structured|json|grammar/i.test(`${call?.message} ${call?.responseBody}`);
}

/** In characters: some times what the most tokens of an answer come to. Each part of an answer has all before it read again. */
const longestAnswer = 200_000;
const endOfStream = /stream ended|without a finish reason|premature|unexpected end/i;

function isWholeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function takesTemperature(model: string): boolean {
  return !/(^|\/)(gpt-5|o\d)|reasoner|claude-opus-4-[1-9]|thinking/.test(model);
}

function hostOf(url: string | undefined): string {
  try {
    return new URL(url ?? "").host;
  } catch {
    return "its service";
  }
}

function urlOf(input: string | URL | Request): string {
  const url = new URL(typeof input === "string" ? input : input instanceof URL ? input.href : input.url);
  for (const name of url.searchParams.keys()) if (/key|token/i.test(name)) url.searchParams.set(name, "[key]");
  return url.href;
}

function isKeyHeader(name: string): boolean {
  return /^(authorization|x-api-key|x-goog-api-key|api-key)$/i.test(name);
}

/** What the SDK throws, in our words. Nothing of what the other side sent is repeated but a line of its message. */
function connectorErrorOf(error: unknown, wallTimeMs: number): ConnectorError {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1)
    if (cause instanceof ConnectorError) return cause;
  const code = systemCode(error);
  if (code !== undefined && isDistrust(code)) {
    return new ConnectorError(
      "request",
      `the certificate of the other side is not trusted (${code}); where a network has an authority of its own, name its file in NODE_EXTRA_CA_CERTS`,
      { cause: error },
    );
  }
  // What Node says of a compression that is none.
  if (code?.startsWith("Z_") === true)
    return new ConnectorError("answer", `the answer cannot be unpacked (${code}); is the address right?`, { cause: error });
  const call = apiCallErrorIn(error);
  if (call === undefined) {
    const message = error instanceof Error ? error.message : String(error);
    if (
      code !== undefined ||
      /fetch failed|terminated|socket|network|other side closed|cannot connect/i.test(message) ||
      endOfStream.test(message)
    ) {
      return new ConnectorError("connection", code === undefined ? "the connection failed" : `the connection failed (${code})`, {
        cause: error,
      });
    }
    // Everything else is an answer that the SDK could not read: HTML, another protocol, an error event.
    const status = statusIn(error);
    if (status !== undefined) return new ConnectorError(faultOfStatus(status), `the provider answers ${status}`, { status, cause: error });
    return new ConnectorError("answer", `the answer is none of this protocol (${oneLine(message)})`, { cause: error });
  }
  const { statusCode: status, responseHeaders, message } = call;
  if (status === undefined) {
    return new ConnectorError("connection", `the connection failed (${code ?? oneLine(message)})`, { cause: error });
  }
  if (status < 300) {
    // What began as an answer and does not end as one was cut off on its way. Anything else is a page: a captive portal, a proxy, a wrong address.
    const isAnswer = /event-stream|json/.test(responseHeaders?.["content-type"] ?? "") || endOfStream.test(message);
    if (isAnswer) return new ConnectorError("connection", "the answer breaks off", { status, cause: error });
    return new ConnectorError("answer", "the answer is none of this protocol; is the address right?", { status, cause: error });
  }
  const retryAfterMs = retryAfterOf(responseHeaders ?? {}, wallTimeMs);
  const said = oneLine(message);
  const explained = /<html|<!doctype/i.test(said) || said === "" ? "" : `: ${said}`;
  if (status < 400)
    return new ConnectorError("request", `the provider sends us elsewhere (${status}); is the address right?`, { status, cause: error });
  const sentence =
    status === 401 || status === 403 ? `the key is refused (${status})${explained}` : `the provider answers ${status}${explained}`;
  return new ConnectorError(faultOfStatus(status), sentence, { status, retryAfterMs, cause: error });
}

interface CallError {
  readonly message: string;
  readonly statusCode?: number;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: string;
}

function apiCallErrorIn(error: unknown): CallError | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth += 1) {
    if (current.name === "AI_APICallError") return current as CallError & Error;
    if ("lastError" in current && current.lastError instanceof Error && current.lastError.name === "AI_APICallError") {
      return current.lastError as CallError & Error;
    }
  }
  return undefined;
}

/** Errors that come as an event of the stream carry their status inside. */
function statusIn(error: unknown): number | undefined {
  const text = typeof error === "object" && error !== null ? safeJson(error) : String(error);
  if (/overloaded_error|server_error|"code":"?5\d\d|internal_error|api_error/.test(text)) return 503;
  if (/rate_limit|"code":"?429|resource_exhausted/i.test(text)) return 429;
  return undefined;
}

function safeJson(value: object): string {
  try {
    return JSON.stringify(value).slice(0, 4000);
  } catch {
    return "";
  }
}

function systemCode(error: unknown): string | undefined {
  for (let current = error, depth = 0; typeof current === "object" && current !== null && depth < 6; depth += 1) {
    if ("code" in current && typeof current.code === "string" && /^(E[A-Z]+|UND_ERR_\w+|Z_[A-Z]+_ERROR)$/.test(current.code))
      return current.code;
    if ("code" in current && typeof current.code === "string" && isDistrust(current.code)) return current.code;
    current = "cause" in current ? current.cause : undefined;
  }
  return undefined;
}

/** What OpenSSL and Node call a certificate that they do not believe. Asking again brings the same one. */
function isDistrust(code: string): boolean {
  return /^(CERT_|DEPTH_ZERO_SELF|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA)/.test(code);
}

function oneLine(text: string): string {
  return (text.split("\n").find((line) => line.trim() !== "") ?? "")
    .replaceAll(/\p{Cc}/gu, " ")
    .trim()
    .slice(0, 160);
}
