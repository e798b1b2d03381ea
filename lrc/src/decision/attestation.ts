import type { Verdict } from "./trailer.ts";

/** What is known of the review of one tree: written before the commit, bound to it afterwards. */
export interface Attestation {
  readonly version: 1;
  /** The tree that was to be committed. */
  readonly tree: string;
  /** The commit that HEAD named at the time; "" before the first. */
  readonly head: string;
  /** The change by its content (see `changeId`); undefined when nothing was read. */
  readonly changeId: string | undefined;
  readonly verdict: Verdict;
}

/** Reads a stored attestation; undefined for anything that is none. */
export function parseAttestation(text: string): Attestation | undefined {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof Attestation, unknown>>;
    const { version, tree, head, changeId, verdict } = value;
    if (version !== 1 || typeof tree !== "string" || typeof head !== "string" || typeof verdict !== "object" || verdict === null)
      return undefined;
    if (changeId !== undefined && typeof changeId !== "string") return undefined;
    if (!("action" in verdict) || !["ran", "vouched", "skipped"].includes(String(verdict.action))) return undefined;
    return { version, tree, head, changeId, verdict: verdict as Verdict };
  } catch {
    return undefined;
  }
}
