import { formatDuration, parseDuration, UsageError } from "kit/cli";
import type { Duration } from "kit/clock";

/** The longest that a timer of Node can wait; one that is told more fires at once. */
const longestWait: Duration = 2 ** 31 - 1;

/** Reads a span of time that somebody is going to wait for. Throws a UsageError that quotes `text`, also for one that is longer than a timer can wait. */
export function parseWait(text: string): Duration {
  const wait = parseDuration(text);
  if (wait > longestWait) throw new UsageError(`"${text}" is too long; at most ${formatDuration(longestWait)} are possible`);
  return wait;
}
