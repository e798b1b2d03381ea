import type { Duration } from "../clock/index.ts";
import { UsageError } from "./user-error.ts";

const unitsMs = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Reads a span of time as people write it, in milliseconds: `10` (seconds), `500ms`, `1.5s`, `2m`, `1h`. Throws a UsageError that quotes `text`. */
export function parseDuration(text: string): Duration {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s|m|h)?$/.exec(text);
  const duration = Number(match?.[1]) * unitsMs[(match?.[2] ?? "s") as keyof typeof unitsMs];
  if (!Number.isFinite(duration)) {
    throw new UsageError(`"${text}" is not a span of time`, {
      nextStep: "write seconds, or a number with us, ms, s, m or h: 10, 500ms, 2m",
    });
  }
  return duration;
}

/** `duration` for a reader: `85 µs`, `1.24 ms`, `12.3 s`, `2 min 5 s`, `3 h 20 min`. */
export function formatDuration(duration: Duration): string {
  if (duration < 0.9995) return `${significant(duration * 1000)} µs`;
  if (duration < 999.5) return `${significant(duration)} ms`;
  if (duration < 59_950) return `${significant(duration / 1000)} s`;
  const seconds = Math.round(duration / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function significant(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}
