import type { Dashboard, DashboardAuthor, DashboardRepository, DashboardReview, DashboardUsage, Tally } from "../page/page-state.ts";

/** What several repositories come to together. */
export interface Together {
  /** Newest first. */
  readonly reviews: readonly (DashboardReview & { readonly repository: string })[];
  readonly trend: DashboardRepository["trend"];
  readonly categories: DashboardRepository["categories"];
  readonly dismissed: readonly Tally[];
  readonly authors: readonly (DashboardAuthor & { readonly repository: string })[];
  /** The same by repository, in their order. */
  readonly coverage: readonly (Omit<DashboardAuthor, "author"> & { readonly repository: string })[];
}

export function together(repositories: readonly DashboardRepository[]): Together {
  const named = repositories.map((repository) => ({ ...repository, name: nameAmong(repositories, repository) }));
  return {
    reviews: named
      .flatMap(({ name, reviews }) => reviews.map((review) => ({ ...review, repository: name })))
      .toSorted((a, b) => (a.time < b.time ? 1 : -1))
      .slice(0, 200),
    trend: summed(
      named.flatMap(({ trend }) => trend),
      ({ day }) => day,
      (a, b) => ({ day: a.day, reviews: a.reviews + b.reviews, findings: a.findings + b.findings }),
    )
      .toSorted((a, b) => (a.day < b.day ? -1 : 1))
      .slice(-30),
    categories: summed(
      named.flatMap(({ categories }) => categories),
      ({ month, category }) => `${month} ${category}`,
      (a, b) => ({ ...a, count: a.count + b.count }),
    ),
    dismissed: summed(
      named.flatMap(({ dismissed }) => dismissed),
      ({ name }) => name,
      (a, b) => ({ ...a, count: a.count + b.count }),
    )
      .toSorted((a, b) => b.count - a.count)
      .slice(0, 20),
    authors: named
      .flatMap(({ name, authors }) => authors.map((author) => ({ ...author, repository: name })))
      .toSorted((a, b) => b.commits - a.commits),
    coverage: named.map(({ name, authors }) => ({ repository: name, ...everybody(authors) })),
  };
}

/** Two repositories may have the same name: then their folders tell them apart. */
export function nameAmong(repositories: readonly DashboardRepository[], { id, name }: DashboardRepository): string {
  return repositories.some((other) => other.name === name && other.id !== id) ? id : name;
}

/** What models used by month, of all repositories or of one. */
export function usageByMonth(usage: Dashboard["usage"], repository: string | undefined): readonly Omit<DashboardUsage, "repository">[] {
  return summed(
    usage.filter((row) => repository === undefined || row.repository === repository),
    ({ month }) => month,
    (a, b) => ({
      ...a,
      requests: a.requests + b.requests,
      tokens: a.tokens + b.tokens,
      cost: a.cost === undefined ? b.cost : a.cost + (b.cost ?? 0),
    }),
  ).toSorted((a, b) => (a.month < b.month ? 1 : -1));
}

/** The months with their findings, the most frequent categories apart and the rest as one. */
export function categoriesByMonth(categories: DashboardRepository["categories"]): {
  readonly series: readonly string[];
  readonly months: readonly { readonly name: string; readonly values: readonly number[] }[];
} {
  const totals = new Map<string, number>();
  for (const { category, count } of categories) totals.set(category, (totals.get(category) ?? 0) + count);
  const frequent = [...totals].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([category]) => category);
  const series = frequent.length <= mostSeries ? frequent : [...frequent.slice(0, mostSeries - 1), "other"];
  const months = [...new Set(categories.map(({ month }) => month))].sort().slice(-12);
  return {
    series,
    months: months.map((month) => {
      const values = series.map(() => 0);
      for (const { month: other, category, count } of categories) {
        const at = series.includes(category) ? series.indexOf(category) : series.length - 1;
        if (other === month) values[at] = (values[at] ?? 0) + count;
      }
      return { name: month, values };
    }),
  };
}

/** So many colours can be told apart. */
const mostSeries = 5;

function everybody(authors: readonly DashboardAuthor[]): Omit<DashboardAuthor, "author"> {
  const sum = (of: (author: DashboardAuthor) => number): number => authors.reduce((total, author) => total + of(author), 0);
  const measured = sum((author) => author.measured);
  return {
    commits: sum(({ commits }) => commits),
    reviewed: sum(({ reviewed }) => reviewed),
    measured,
    coverage: measured === 0 ? undefined : sum(({ coverage, measured }) => (coverage ?? 0) * measured) / measured,
  };
}

function summed<Row>(rows: readonly Row[], keyOf: (row: Row) => string, add: (a: Row, b: Row) => Row): readonly Row[] {
  const sums = new Map<string, Row>();
  for (const row of rows) {
    const before = sums.get(keyOf(row));
    sums.set(keyOf(row), before === undefined ? row : add(before, row));
  }
  return [...sums.values()];
}
