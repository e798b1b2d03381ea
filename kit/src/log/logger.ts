import type { Secret } from "./secret.ts";

/** How much a record matters, least first. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

export type LogValue = string | number | boolean | undefined | Secret<unknown>;
export type LogFields = Readonly<Record<string, LogValue>>;

/** One thing that happened. The message is constant text; what varies is in the fields. */
export interface LogRecord {
  /** Milliseconds since 1970, UTC. */
  readonly time: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** Where records go. */
export type LogSink = (record: LogRecord) => void;

export interface LoggerOptions {
  readonly level: LogLevel | (() => LogLevel);
  readonly wallClock: () => number;
  readonly fields?: LogFields;
}

/** Takes records below a level away and hands the rest to a sink. */
export class Logger {
  readonly #sink: LogSink;
  readonly #level: () => LogLevel;
  readonly #wallClock: () => number;
  readonly #fields: LogFields;

  /**
   * `level` is the least that is written; a function is asked for every record, so that it can change while the program runs. `wallClock` gives milliseconds since
   * 1970; `fields` are added to every record.
   */
  constructor(sink: LogSink, options: LoggerOptions) {
    this.#sink = sink;
    const { level } = options;
    this.#level = typeof level === "function" ? level : () => level;
    this.#wallClock = options.wallClock;
    this.#fields = options.fields ?? {};
  }

  /** A logger whose records also carry `fields`. */
  with(fields: LogFields): Logger {
    return new Logger(this.#sink, { level: this.#level, wallClock: this.#wallClock, fields: { ...this.#fields, ...fields } });
  }

  debug(message: string, fields?: LogFields): void {
    this.#log("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#log("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#log("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#log("error", message, fields);
  }

  #log(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (logLevels.indexOf(level) < logLevels.indexOf(this.#level())) return;
    this.#sink({ time: this.#wallClock(), level, message, fields: fields === undefined ? this.#fields : { ...this.#fields, ...fields } });
  }
}
