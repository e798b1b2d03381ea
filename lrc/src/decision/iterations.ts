/** What has been reviewed on the way to one commit: kept between two runs of the program, and worthless once HEAD has moved or the commit is made. */
export interface ReviewSession {
  /** The commit that HEAD named; "" before the first. */
  readonly head: string;
  /** Trees that were reviewed, each once, in order. */
  readonly trees: readonly string[];
  /** The keys of lines that a complete review has covered (see `lineKeys`). */
  readonly reviewedLines: readonly string[];
  /** The tree whose commit was let pass. When it is made, the way is at its end, and HEAD may come back for another one. */
  readonly passed?: string;
}

/** More keys than this are not kept: then an earlier review counts for less, never for more. */
const mostLines = 50_000;

/** The session after another complete review. One that belongs to another HEAD is dropped. A tree that is reviewed again is no new iteration. */
export function afterReview(session: ReviewSession | undefined, head: string, tree: string, keys: readonly string[]): ReviewSession {
  const current = session?.head === head ? session : { head, trees: [], reviewedLines: [] };
  return {
    head,
    trees: current.trees.includes(tree) ? current.trees : [...current.trees, tree],
    reviewedLines: [...new Set([...current.reviewedLines, ...keys])].slice(-mostLines),
  };
}

/** How many of `keys` some review of this session has covered. */
export function coveredBy(session: ReviewSession | undefined, head: string, keys: readonly string[]): number {
  if (session?.head !== head) return 0;
  const covered = new Set(session.reviewedLines);
  return keys.filter((key) => covered.has(key)).length;
}

/** Reads a stored session; undefined for anything that is none. */
export function parseSession(text: string): ReviewSession | undefined {
  const isStrings = (value: unknown): value is readonly string[] =>
    Array.isArray(value) && value.every((entry) => typeof entry === "string");
  try {
    const { head, trees, reviewedLines, passed } = JSON.parse(text) as Partial<Record<string, unknown>>;
    if (typeof head !== "string" || !isStrings(trees) || !isStrings(reviewedLines)) return undefined;
    return { head, trees, reviewedLines, ...(typeof passed === "string" ? { passed } : {}) };
  } catch {
    return undefined;
  }
}
