import { isEmptyTalk, likeness } from "#review";
import { nothing, plus, type Score } from "./score.ts";

/** A finding of a published tool, and which expected one it states, or -1. */
type Candidate = readonly [text: string, golden: number];

export interface CandidateSuite {
  readonly about: string;
  readonly changes: readonly {
    readonly change: string;
    readonly golden: readonly string[];
    readonly candidates: Readonly<Record<string, readonly Candidate[]>>;
  }[];
}

/** Two statements are taken for the same from so many common words on. */
const same = 0.25;

/**
 * What the filter makes of recorded candidates: each tool alone, without what states no fault; and all of them together, as several samples are merged at high
 * effort: what more than one states is kept. Repetitions within a tool are left in, because they are told by their lines, which these candidates do not have.
 */
export function scoreCandidates({ changes }: CandidateSuite): {
  readonly alone: readonly { readonly tool: string; readonly raw: Score; readonly filtered: Score }[];
  readonly union: Score;
  readonly merged: readonly { readonly votes: number; readonly score: Score }[];
} {
  const tools = [...new Set(changes.flatMap(({ candidates }) => Object.keys(candidates)))].toSorted();
  const alone = tools.map((tool) => {
    let raw = nothing;
    let filtered = nothing;
    for (const { golden, candidates } of changes) {
      const stated = candidates[tool];
      if (stated === undefined) continue;
      raw = plus(raw, scoreOf(stated, golden.length));
      filtered = plus(
        filtered,
        scoreOf(
          stated.filter(([text]) => !isEmptyTalk({ title: "", message: text })),
          golden.length,
        ),
      );
    }
    return { tool, raw, filtered };
  });
  let union = nothing;
  const votes = [2, 3, 4];
  const merged = votes.map(() => nothing);
  for (const { golden, candidates } of changes) {
    union = plus(union, scoreOf(Object.values(candidates).flat(), golden.length));
    const groups = groupsOf(candidates);
    for (const [index, least] of votes.entries()) {
      const kept = groups.filter(({ tools }) => tools.size >= least).map(({ best }) => best);
      merged[index] = plus(merged[index]!, scoreOf(kept, golden.length));
    }
  }
  return { alone, union, merged: votes.map((least, index) => ({ votes: least, score: merged[index]! })) };
}

function scoreOf(candidates: readonly Candidate[], expected: number): Score {
  const right = candidates.filter(([, golden]) => golden >= 0);
  return { found: new Set(right.map(([, golden]) => golden)).size, expected, right: right.length, stated: candidates.length };
}

interface Group {
  readonly best: Candidate;
  readonly tools: Set<string>;
}

function groupsOf(candidates: Readonly<Record<string, readonly Candidate[]>>): readonly Group[] {
  const groups: Group[] = [];
  for (const [tool, stated] of Object.entries(candidates)) {
    for (const candidate of stated) {
      if (isEmptyTalk({ title: "", message: candidate[0] })) continue;
      const group = groups.find(({ best }) => likeness(best[0], candidate[0]) >= same);
      if (group === undefined) groups.push({ best: candidate, tools: new Set([tool]) });
      else group.tools.add(tool);
    }
  }
  return groups;
}
