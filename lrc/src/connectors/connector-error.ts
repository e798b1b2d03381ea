/**
 * Why a request came to nothing. `connection`, `server`, `rate-limited` and `timeout` may be over in a moment; `key` and `request` will not change by asking
 * again; `answer` is an answer that is none.
 */
export type ConnectorFault = "connection" | "timeout" | "rate-limited" | "server" | "key" | "request" | "answer" | "missing";

/** A request that failed. The message is a sentence in lower case that names whose fault it is, and holds no secret. */
export class ConnectorError extends Error {
  override readonly name = "ConnectorError";
  readonly fault: ConnectorFault;
  /** How long the other side asked us to wait. */
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;

  constructor(
    fault: ConnectorFault,
    message: string,
    options: { readonly retryAfterMs?: number | undefined; readonly status?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.fault = fault;
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
  }

  /** Whether the same request may succeed a moment later: 408, 409, 429, 5xx and failed connections. */
  get isPassing(): boolean {
    return this.fault === "connection" || this.fault === "rate-limited" || this.fault === "server";
  }
}

/** What an HTTP status means for a request. */
export function faultOfStatus(status: number): ConnectorFault {
  if (status === 401 || status === 403) return "key";
  if (status === 429) return "rate-limited";
  if (status === 408 || status === 409 || status >= 500) return "server";
  return "request";
}

/** `Retry-After` in its two forms (RFC 9110, 10.2.3), or the milliseconds that some providers send beside it. Undefined for anything else. */
export function retryAfterOf(headers: Readonly<Record<string, string | undefined>>, wallTimeMs: number): number | undefined {
  const milliseconds = Number(headers["retry-after-ms"]);
  if (headers["retry-after-ms"] !== undefined && Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds;
  const value = headers["retry-after"]?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallTimeMs);
}
