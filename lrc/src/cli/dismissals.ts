import { journalFile, type StateFolder } from "#history";
import { maskReason } from "#review";
import { dismissedFile, readDismissed } from "./review-run.ts";

export interface Dismissal {
  readonly fingerprint: string;
  /** Why it is no fault. */
  readonly reason: string | undefined;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Has a finding not shown again in this repository on this machine, and notes it for the history. */
export function dismissFinding(state: StateFolder, { fingerprint, reason: given, time }: Dismissal): void {
  const reason = given === undefined ? undefined : maskReason(given);
  write(state, new Map(readDismissed(state)).set(fingerprint, reason));
  state.append(journalFile, `${JSON.stringify({ kind: "dismissed", time, fingerprint, reason })}\n`);
}

/** Has it shown again; false when it was not dismissed. */
export function undoDismissal(state: StateFolder, fingerprint: string): boolean {
  const dismissed = new Map(readDismissed(state));
  if (!dismissed.delete(fingerprint)) return false;
  write(state, dismissed);
  return true;
}

function write(state: StateFolder, dismissed: ReadonlyMap<string, string | undefined>): void {
  const entries = [...dismissed].map(([fingerprint, reason]) => [fingerprint, reason ?? ""]);
  state.write(dismissedFile, `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`);
}
