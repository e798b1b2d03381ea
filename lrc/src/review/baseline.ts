import type { Finding } from "./finding.ts";

/** Findings that were there before anybody looked, and are not to be shown again. */
export interface Baseline {
  readonly fingerprints: ReadonlySet<string>;
}

export const emptyBaseline: Baseline = { fingerprints: new Set() };

/** Reads `.lrc/baseline.json`. Throws an Error whose message says what is wrong. */
export function parseBaseline(text: string): Baseline {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || !("findings" in value) || !Array.isArray(value.findings)) {
    throw new Error('it has no list "findings"');
  }
  const fingerprints = (value.findings as unknown[]).map((entry) => {
    if (typeof entry === "object" && entry !== null && "fingerprint" in entry && typeof entry.fingerprint === "string")
      return entry.fingerprint;
    throw new Error('an entry of "findings" has no fingerprint');
  });
  return { fingerprints: new Set(fingerprints) };
}

/** What `.lrc/baseline.json` holds: sorted, so that two people who write it get the same file; rule, path and line are for the reader. */
export function formatBaseline(findings: readonly Finding[]): string {
  const entries = findings
    .map(({ fingerprint, ruleId, path, startLine }) => ({ fingerprint, rule: ruleId, path, line: startLine }))
    .toSorted((a, b) => compare(a.path, b.path) || a.line - b.line || compare(a.fingerprint, b.fingerprint));
  return `${JSON.stringify({ version: 1, findings: entries }, undefined, 2)}\n`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
