import type { StateFolder } from "#history";
import type { Finding } from "#review";

const patchesFile = "patches.json";
const mostPatches = 200;

/** A suggestion that can be applied. */
export interface KeptPatch {
  readonly fingerprint: string;
  readonly path: string;
  readonly title: string;
  readonly patch: string;
}

/** Keeps the suggestions of a review for `lrc apply`. */
export function keepPatches(state: StateFolder, findings: readonly Finding[]): void {
  const fresh = findings.flatMap(({ fingerprint, path, title, patch }) =>
    patch === undefined ? [] : [{ fingerprint, path, title, patch }],
  );
  if (fresh.length === 0) return;
  const known = new Set(fresh.map(({ fingerprint }) => fingerprint));
  const kept = [...readPatches(state).filter(({ fingerprint }) => !known.has(fingerprint)), ...fresh].slice(-mostPatches);
  try {
    state.write(patchesFile, JSON.stringify(kept));
  } catch {
    // Then it is applied by hand.
  }
}

/** The suggestions of earlier reviews, oldest first. */
export function readPatches(state: StateFolder): readonly KeptPatch[] {
  try {
    const value: unknown = JSON.parse(state.read(patchesFile) ?? "[]");
    return Array.isArray(value)
      ? (value as KeptPatch[]).filter(({ fingerprint, patch }) => typeof fingerprint === "string" && typeof patch === "string")
      : [];
  } catch {
    return [];
  }
}
