import type { Finding } from "#review";

/** As much of a finding as the navigator asks about: a report that was mailed has no more. */
export type Faceted = Pick<Finding, "severity" | "confidence" | "category" | "subcategory" | "reviewer" | "path">;

/** A question that every finding answers with one word: the navigator counts the answers and hides some of them. */
export interface Facet {
  readonly id: string;
  readonly label: string;
  readonly answerOf: (finding: Faceted) => string;
  /** Values that come first, in this order; the rest by their counts. */
  readonly order?: readonly string[];
  /** What several values belong to, which can be hidden and shown at once. */
  readonly groupOf?: (value: string) => string;
}

const step = " › ";

export const facets: readonly Facet[] = [
  { id: "severity", label: "Severity", answerOf: ({ severity }) => severity, order: ["critical", "error", "warning", "info"] },
  { id: "confidence", label: "Confidence", answerOf: ({ confidence }) => confidence, order: ["high", "medium", "low"] },
  {
    id: "category",
    label: "Category",
    answerOf: ({ category, subcategory }) => category + step + subcategory,
    groupOf: (value) => value.slice(0, value.indexOf(step)),
  },
  { id: "source", label: "Source", answerOf: ({ reviewer }) => reviewer },
  { id: "file", label: "File", answerOf: ({ path }) => path },
];

/** What is hidden, by facet. What is not named is shown, so that findings that come later are seen. */
export type Hidden = Readonly<Record<string, ReadonlySet<string>>>;

export interface FacetCount {
  readonly value: string;
  /** Findings that the other facets let through. */
  readonly count: number;
  readonly isShown: boolean;
}

/** Values that belong together, as one line of the navigator. */
export interface FacetGroup extends FacetCount {
  /** Some of its values are hidden, and some are not. */
  readonly isMixed: boolean;
  readonly members: readonly FacetCount[];
}

/** Whether no facet hides a finding. `except` is not asked. */
export function isShown(finding: Faceted, hidden: Hidden, except?: string): boolean {
  return facets.every(({ id, answerOf }) => id === except || hidden[id]?.has(answerOf(finding)) !== true);
}

/** The values of a facet with their counts. */
export function countsOf({ id, answerOf, order = [] }: Facet, findings: readonly Faceted[], hidden: Hidden): readonly FacetCount[] {
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const value = answerOf(finding);
    counts.set(value, (counts.get(value) ?? 0) + (isShown(finding, hidden, id) ? 1 : 0));
  }
  const rank = (value: string): number => (order.includes(value) ? order.indexOf(value) : order.length);
  return [...counts]
    .map(([value, count]) => ({ value, count, isShown: hidden[id]?.has(value) !== true }))
    .toSorted((a, b) => rank(a.value) - rank(b.value) || b.count - a.count || (a.value < b.value ? -1 : 1));
}

/** The values of a facet by what they belong to; the groups stand where the first of their values would. */
export function groupsOf(counts: readonly FacetCount[], groupOf: (value: string) => string): readonly FacetGroup[] {
  const members = new Map<string, FacetCount[]>();
  for (const count of counts) members.set(groupOf(count.value), [...(members.get(groupOf(count.value)) ?? []), count]);
  return [...members].map(([value, members]) => ({
    value,
    count: members.reduce((sum, { count }) => sum + count, 0),
    isShown: members.every(({ isShown }) => isShown),
    isMixed: new Set(members.map(({ isShown }) => isShown)).size > 1,
    members,
  }));
}

/** `hidden` with some values of a facet hidden or shown. */
export function withValues(hidden: Hidden, facet: string, wanted: readonly string[], show: boolean): Hidden {
  const values = new Set(hidden[facet]);
  for (const value of wanted) {
    if (show) values.delete(value);
    else values.add(value);
  }
  return { ...hidden, [facet]: values };
}

/** `hidden` with only some values of a facet shown. */
export function withOnly(hidden: Hidden, facet: Facet, wanted: readonly string[], findings: readonly Faceted[]): Hidden {
  return { ...hidden, [facet.id]: new Set(findings.map(facet.answerOf).filter((other) => !wanted.includes(other))) };
}

export const nothingHidden: Hidden = {};

/** In the order in which a reader meets them: by file as the diff has them, then by line. */
export function inReadingOrder<F extends Finding>(findings: readonly F[], paths: readonly string[]): readonly F[] {
  const places = new Map(paths.map((path, index) => [path, index]));
  const place = (path: string): number => places.get(path) ?? paths.length;
  return findings.toSorted(
    (a, b) => place(a.path) - place(b.path) || a.anchorLine - b.anchorLine || (a.fingerprint < b.fingerprint ? -1 : 1),
  );
}
