import type { LogRecord, LogSink, LogValue } from "./logger.ts";

/** One line for a reader for each record: `12:34:56.789 info  session connected target=iqn… devices="da0 da1"`. Times are UTC. */
export function textSink(write: (line: string) => void): LogSink {
  return (record) => write(`${formatRecord(record)}\n`);
}

function formatRecord({ time, level, message, fields }: LogRecord): string {
  const clock = new Date(time).toISOString().slice(11, 23);
  const pairs = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : ` ${name}=${formatValue(value)}`));
  return `${clock} ${level.padEnd(5)} ${message}${pairs.join("")}`;
}

/** Quoted when it would not read as one word; never more than one line, whatever a peer sent. */
function formatValue(value: Exclude<LogValue, undefined>): string {
  const text = String(value);
  return /^[^\s"=\p{Cc}]+$/u.test(text) ? text : JSON.stringify(text);
}
