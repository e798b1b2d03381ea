import type { LogSink } from "./logger.ts";

/** One JSON object on a line for each record: `time` (ISO 8601, UTC), `level`, `message`, then the fields. */
export function ndjsonSink(write: (line: string) => void): LogSink {
  return ({ time, level, message, fields }) => {
    write(`${JSON.stringify({ time: new Date(time).toISOString(), level, message, ...fields })}\n`);
  };
}
