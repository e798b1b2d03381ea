export { type LogFields, Logger, type LogLevel, type LogRecord, type LogSink, type LogValue, logLevels } from "./logger.ts";
export { ndjsonSink } from "./ndjson-sink.ts";
export { Secret } from "./secret.ts";
export { textSink } from "./text-sink.ts";
