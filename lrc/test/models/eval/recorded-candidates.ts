import { SystemClock, SystemRandom } from "kit/clock";
import { type Connector, type ConnectorInfo, ModelClient, type Question, type Reply, type RequestPreview, Spending } from "#connectors";
import { parseUnifiedDiff, type Side, visibleText } from "#diff";
import { defaultPolicy, isEmptyTalk, ModelReviewer, reviewChange } from "#review";
import { nothing, plus, type Score } from "./score.ts";

/** A finding of a published tool, with its place in the change instead of a quote. */
export interface PlacedCandidate {
  readonly path: string;
  readonly side: Side;
  readonly line: number;
  readonly endLine: number;
  readonly text: string;
  readonly category: "correctness" | "security" | "performance" | "maintainability";
  /** Which of the expected findings it states, or -1. */
  readonly states: number;
}

export interface PlacedSuite {
  readonly about: string;
  readonly changes: readonly {
    readonly id: string;
    readonly diff: string;
    /** How many findings are expected. */
    readonly expected: number;
    /** By tool. */
    readonly candidates: Readonly<Record<string, readonly PlacedCandidate[]>>;
  }[];
}

/** What became of the candidates of one tool. */
export interface Filtered {
  readonly tool: string;
  readonly raw: Score;
  readonly filtered: Score;
  /** Why candidates went no further, with how many. */
  readonly dropped: ReadonlyMap<string, number>;
}

/** All candidates of all tools, as if they were of one. */
const everybody = "all together";

/**
 * `judged`: a candidate quotes the lines of its place, and goes no further where those were not changed. `given`: a candidate without a quote has none that
 * could be wrong, and its place is believed.
 */
export type Places = "judged" | "given";

/** Sends every tool's candidates through our pipeline as the answers of a model: the change by its diff alone, `--effort low`, no rules beside it. */
export async function filterPlaced({ changes }: PlacedSuite, places: Places = "judged"): Promise<readonly Filtered[]> {
  const tools = [...new Set(changes.flatMap(({ candidates }) => Object.keys(candidates)))].toSorted();
  const results: Filtered[] = [];
  for (const tool of [...tools, everybody]) {
    let raw = nothing;
    let filtered = nothing;
    const dropped = new Map<string, number>();
    for (const { diff, expected, candidates } of changes) {
      const stated = tool === everybody ? Object.values(candidates).flat() : (candidates[tool] ?? []);
      const { kept, reasons } = await throughFilter(diff, stated, places);
      raw = plus(raw, scoreOf(stated, expected));
      filtered = plus(filtered, scoreOf(kept, expected));
      for (const [reason, count] of reasons) dropped.set(reason, (dropped.get(reason) ?? 0) + count);
    }
    results.push({ tool, raw, filtered, dropped });
  }
  return results;
}

function scoreOf(stated: readonly PlacedCandidate[], expected: number): Score {
  const right = stated.filter(({ states }) => states >= 0);
  return { found: new Set(right.map(({ states }) => states)).size, expected, right: right.length, stated: stated.length };
}

/** The candidates that a reader of our report would see, and why they would not see the others. */
export async function throughFilter(
  diff: string,
  all: readonly PlacedCandidate[],
  places: Places = "judged",
): Promise<{ readonly kept: readonly PlacedCandidate[]; readonly reasons: ReadonlyMap<string, number> }> {
  const believed = places === "given" ? all.filter((one) => !isOnChanged(diff, one)) : [];
  const candidates = all.filter((one) => !believed.includes(one));
  const beside = believed.filter(({ text }) => !isEmptyTalk({ title: "", message: text }));
  const connector = new RecordedConnector(candidates);
  const spending = new Spending();
  const clock = new SystemClock();
  const model = new ModelReviewer({
    client: new ModelClient({ connectors: [connector], clock, random: new SystemRandom(), spending }),
    spending,
    effort: "low",
    rules: [],
    intent: "",
    redact: [],
    secret: new Uint8Array(32),
    memory: undefined,
    summarise: false,
  });
  const files = parseUnifiedDiff(diff).map((one) => ({
    diff: one,
    before: one.status === "added" ? undefined : visibleText(one, "old"),
    after: one.status === "deleted" ? undefined : visibleText(one, "new"),
  }));
  const review = await reviewChange(
    { source: { kind: "diff-file", label: "recorded" }, files, skipped: [], leftOut: [] },
    { reviewers: [model], policyFor: () => defaultPolicy, budgetMs: 600_000, clock },
  );
  const kept = new Set(review.findings.flatMap(({ suggestion }) => numberIn(suggestion)));
  const reasons = new Map<string, number>();
  const outside = candidates.length - connector.stated.size;
  if (outside > 0) reasons.set("about lines outside of the change", outside);
  for (const [, count, reason] of review.notices.join("\n").matchAll(/(\d+) ([a-z ]+)(?=,|$)/gm))
    if (dropReasons.has(reason!)) reasons.set(reason!, Number(count));
  const accounted = [...reasons.values()].reduce((sum, count) => sum + count, 0);
  const repeated = candidates.length - kept.size - accounted;
  if (repeated > 0) reasons.set("said by another one, or not shown", repeated);
  if (beside.length < believed.length)
    reasons.set("without a fault", (reasons.get("without a fault") ?? 0) + believed.length - beside.length);
  return { kept: [...candidates.filter((_, index) => kept.has(index)), ...beside], reasons };
}

function isOnChanged(diff: string, { path, side, line, endLine }: PlacedCandidate): boolean {
  return parseUnifiedDiff(diff)
    .filter((file) => file.path === path)
    .some(({ hunks }) =>
      hunks.some(({ lines }) =>
        lines.some((one) => {
          if (one.kind === "context" || (side === "new") !== (one.kind === "added")) return false;
          const number = one.kind === "added" ? one.newNumber : one.oldNumber;
          return number >= line && number <= endLine;
        }),
      ),
    );
}

/** As the account of a review words them. */
const dropReasons: ReadonlySet<string> = new Set([
  "quoting lines that are not there",
  "about lines that were not changed",
  "without a fault",
  "beyond what is shown",
]);

function numberIn(suggestion: string | undefined): readonly number[] {
  const number = /^Write: (\d+)$/.exec(suggestion ?? "")?.[1];
  return number === undefined ? [] : [Number(number)];
}

/** What one line of a question shows: its numbers before and after the change, its mark, and its text. */
const tableLine = /^ *(\d*) +(\d*) ([+ -])\|(.*)$/;

/**
 * Answers with what was recorded about the lines that a question shows. A recording without quotes quotes the lines of its place: their own text. Each
 * candidate carries its number as its replacement, so that it is known again at the other end.
 */
class RecordedConnector implements Connector {
  readonly info: ConnectorInfo = {
    name: "recorded",
    provider: "recorded",
    model: "recorded",
    place: "local",
    destination: "a file",
    contextTokens: 200_000,
    concurrency: 1,
    timeoutMs: 60_000,
    price: undefined,
  };
  /** The candidates that some question gave an occasion to state. */
  readonly stated = new Set<number>();
  readonly #candidates: readonly PlacedCandidate[];

  constructor(candidates: readonly PlacedCandidate[]) {
    this.#candidates = candidates;
  }

  ask({ prompt }: Question): Promise<Reply> {
    const shown = shownLines(prompt);
    const findings = this.#candidates.flatMap((candidate, index) => {
      const { path, side, line, endLine, text, category } = candidate;
      const lines = shown.filter((one) => one.path === path && one[side] >= line && one[side] <= endLine).slice(0, 8);
      if (lines.length === 0 || this.stated.has(index)) return [];
      this.stated.add(index);
      const quote = lines.map((one) => one.text).join("\n");
      const [title = ""] = text.split(/(?<=[.;])\s|\n/);
      return [
        { file: path, line, quote, severity: "warning", confidence: "medium", category, title, message: text, replacement: String(index) },
      ];
    });
    return Promise.resolve({
      text: JSON.stringify({ findings, note: "" }),
      usage: { inputTokens: 0, outputTokens: 0, estimated: false },
      finish: "complete",
    });
  }

  preview(): Promise<RequestPreview> {
    return Promise.resolve({ target: "a file", headers: {}, body: "" });
  }

  close(): void {
    // Nothing runs.
  }
}

interface ShownLine {
  readonly path: string;
  /** Numbers by side; NaN where the line is not on it. */
  readonly old: number;
  readonly new: number;
  readonly text: string;
}

function shownLines(prompt: string): readonly ShownLine[] {
  let path = "";
  return prompt.split("\n").flatMap((line) => {
    path = /^file: (.*)$/.exec(line)?.[1] ?? path;
    const [, before, after, , text] = tableLine.exec(line) ?? [];
    if (text === undefined) return [];
    const number = (digits: string | undefined): number => (digits === undefined || digits === "" ? Number.NaN : Number(digits));
    return [{ path, old: number(before), new: number(after), text }];
  });
}
