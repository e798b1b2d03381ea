import { dirname } from "node:path";
import { makeDirectory } from "kit/cli";
import type { SpentOn } from "#connectors";
import { appendWithoutWaiting, readWithoutWaiting } from "#history";

/** What one review used. */
export interface UsageRecord {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The folder of the repository. */
  readonly repository: string;
  readonly spent: readonly SpentOn[];
}

/** Adds a review to the log. A disk that is full costs the record, never the review. */
export function recordUsage(file: string, record: UsageRecord): void {
  if (record.spent.length === 0) return;
  try {
    makeDirectory(dirname(file), 0o700);
    appendWithoutWaiting(file, `${JSON.stringify(record)}\n`, 0o600);
  } catch {
    // What cannot be recorded is not recorded.
  }
}

/** All that was used, oldest first; lines that are none are passed over. */
export function readUsage(file: string): readonly UsageRecord[] {
  let text: string;
  try {
    text = readWithoutWaiting(file);
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    try {
      const record = JSON.parse(line) as Partial<UsageRecord>;
      return typeof record.time === "number" && Array.isArray(record.spent) ? [record as UsageRecord] : [];
    } catch {
      return [];
    }
  });
}

/** `2026-11`: months are counted in UTC. */
export function monthOf(time: number): string {
  return new Date(time).toISOString().slice(0, 7);
}

/** What was used in the month of `time`. */
export function monthTotal(records: readonly UsageRecord[], time: number): { readonly tokens: number; readonly usd: number } {
  let tokens = 0;
  let usd = 0;
  for (const record of records) {
    if (monthOf(record.time) !== monthOf(time)) continue;
    for (const spent of record.spent) {
      tokens += spent.inputTokens + spent.outputTokens;
      usd += spent.usd ?? 0;
    }
  }
  return { tokens, usd };
}
