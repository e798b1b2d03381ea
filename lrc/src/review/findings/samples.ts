import type { Confidence } from "#rules";
import type { PlacedFinding } from "./placed-finding.ts";

const surer: Readonly<Record<Confidence, Confidence>> = { low: "medium", medium: "high", high: "high" };
const lessSure: Readonly<Record<Confidence, Confidence>> = { high: "medium", medium: "low", low: "low" };

/**
 * Several answers to one question made into one: what more than one of them states is surer, what only one states is less so, and each fault is there once, in
 * the words of who was surest.
 */
export function mergeSamples(samples: readonly (readonly PlacedFinding[])[]): readonly PlacedFinding[] {
  if (samples.length < 2) return samples.flat();
  const groups: { readonly best: PlacedFinding; readonly from: Set<number> }[] = [];
  for (const [index, sample] of samples.entries()) {
    for (const finding of sample) {
      const group = groups.find(({ best }) => isSame(best, finding));
      if (group === undefined) groups.push({ best: finding, from: new Set([index]) });
      else group.from.add(index);
    }
  }
  return groups.map(({ best, from }) => ({
    ...best,
    stated: {
      ...best.stated,
      confidence: (from.size > 1 ? surer : lessSure)[best.stated.confidence],
    },
  }));
}

/** Whether two findings are about the same fault: the same lines, and a common kind or common words. */
export function isSame(a: PlacedFinding, b: PlacedFinding): boolean {
  if (a.anchor.unit.path !== b.anchor.unit.path || a.anchor.side !== b.anchor.side) return false;
  const overlap = a.anchor.startLine <= b.anchor.endLine && b.anchor.startLine <= a.anchor.endLine;
  if (!overlap) return false;
  return a.stated.category === b.stated.category || likeness(a.stated.title, b.stated.title) >= 0.4;
}

/** How many of their words two texts share, from 0 to 1 (Jaccard). */
export function likeness(a: string, b: string): number {
  const left = wordsOf(a);
  const right = wordsOf(b);
  if (left.size === 0 || right.size === 0) return 0;
  let common = 0;
  for (const word of left) if (right.has(word)) common += 1;
  return common / (left.size + right.size - common);
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[a-z0-9_]{3,}/g) ?? []);
}
