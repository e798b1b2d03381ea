/** How findings compare with what was expected. */
export interface Score {
  /** Expected faults that were stated. */
  readonly found: number;
  readonly expected: number;
  /** Findings that state an expected fault. */
  readonly right: number;
  readonly stated: number;
}

export const nothing: Score = { found: 0, expected: 0, right: 0, stated: 0 };

export function plus(a: Score, b: Score): Score {
  return { found: a.found + b.found, expected: a.expected + b.expected, right: a.right + b.right, stated: a.stated + b.stated };
}

/** Where something is. */
interface Place {
  readonly path: string;
  /** Of which its line is; the new one where nothing is said. */
  readonly side?: "old" | "new";
  readonly line: number;
  /** Of an expected fault that is about several lines. */
  readonly endLine?: number;
}

/** A finding states an expected fault when it is about the same lines, give or take. */
const nearLines = 2;

/** What findings are worth against what is expected, by their places. */
export function scoreByPlace(expected: readonly Place[], findings: readonly Place[]): Score {
  const isAt = (finding: Place, { path, side = "new", line, endLine = line }: Place): boolean =>
    path === finding.path && side === (finding.side ?? "new") && finding.line >= line - nearLines && finding.line <= endLine + nearLines;
  const right = findings.map((finding) => expected.findIndex((place) => isAt(finding, place))).filter((hit) => hit >= 0);
  return { found: new Set(right).size, expected: expected.length, right: right.length, stated: findings.length };
}

export function precisionOf({ right, stated }: Score): number {
  return stated === 0 ? 0 : right / stated;
}

export function recallOf({ found, expected }: Score): number {
  return expected === 0 ? 0 : found / expected;
}

export function f1Of(score: Score): number {
  const precision = precisionOf(score);
  const recall = recallOf(score);
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/** `precision 41.2%, recall 30.1%, F1 34.8%` */
export function formatScore(score: Score): string {
  const percent = (value: number): string => `${(value * 100).toFixed(1)}%`;
  return `precision ${percent(precisionOf(score))}, recall ${percent(recallOf(score))}, F1 ${percent(f1Of(score))}`;
}
