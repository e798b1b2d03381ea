import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { parseArgs } from "node:util";
import { SystemClock, SystemRandom } from "kit/clock";
import { type Effort, efforts, Spending } from "#connectors";
import { parseUnifiedDiff, visibleText } from "#diff";
import { defaultPolicy, ModelReviewer, reviewChange } from "#review";
import { openClient } from "../harness/user-connectors.ts";
import { readAacrBench, readAacrCases } from "./aacr-bench.ts";
import { type CandidateSuite, scoreCandidates } from "./candidates.ts";
import type { Case } from "./case.ts";
import { readMartian } from "./martian.ts";
import { filterPlaced, type PlacedSuite, type Places } from "./recorded-candidates.ts";
import { f1Of, formatScore, nothing, plus, type Score, scoreByPlace } from "./score.ts";

const usage = `npm run eval -- --suite NAME|FILE (--connector NAME | --answers FILE) [--record FILE] [--effort low|medium|high]
npm run eval -- --suite aacr-bench --data CHECKOUT --diffs FOLDER (--connector NAME | --answers FILE) [--scope everything|faults]
npm run eval -- --suite aacr-bench --data CHECKOUT --diffs FOLDER [--scope everything|faults] [--places judged|given]
npm run eval -- --suite martian --data CHECKOUT

  --suite      seeded, martian, aacr-bench, or a file of one of their forms (docs/lrc-models.md)
  --connector  a model of your list (lrc connectors list); it is asked, and that costs what it costs
  --record     keep its answers in a file, labelled as recorded
  --answers    score such a file; nobody is asked
  --data       a checkout of withmartian/code-review-benchmark or alibaba/aacr-bench
  --diffs      a folder with changes of its pull requests, OWNER__NAME__NUMBER.diff each
  --scope      faults: without what is about maintainability and readability
  --places     given: the place of a candidate without a quote is believed, and is no reason to drop it
  --half       of a recorded suite: learnt, by which the filter's words were chosen, or measured, by which they were not

Without --connector and --answers, what tools have said about the changes of a recorded suite goes through our filter.
`;

interface Answer {
  readonly id: string;
  readonly findings: readonly {
    readonly path: string;
    readonly side?: "old" | "new";
    readonly line: number;
    readonly title: string;
    readonly message: string;
  }[];
  /** Findings that quoted what is not there. */
  readonly unanchored: number;
  readonly tokens: number;
  /** Undefined where no price is known. */
  readonly usd?: number | undefined;
  readonly durationMs: number;
  readonly complete: boolean;
}

interface Recording {
  readonly recorded: true;
  readonly connector: string;
  readonly suite: string;
  readonly effort: string;
  readonly at: string;
  readonly answers: readonly Answer[];
}

const { values } = commandLine();
try {
  process.exitCode = await main();
} catch (error) {
  // A suite, a file or a connector that is not there.
  process.exitCode = complain(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
}

/** What was said on the command line; ends the program where that cannot be understood. */
function commandLine() {
  try {
    return parseArgs({
      options: {
        suite: { type: "string" },
        connector: { type: "string" },
        answers: { type: "string" },
        record: { type: "string" },
        effort: { type: "string", default: "medium" },
        data: { type: "string" },
        diffs: { type: "string" },
        scope: { type: "string", default: "everything" },
        places: { type: "string", default: "judged" },
        half: { type: "string" },
        help: { type: "boolean", default: false },
        suites: { type: "string", default: "lrc/test/models/eval/suites" },
      },
    });
  } catch (error) {
    process.exit(complain(error instanceof Error ? error.message : String(error)));
  }
}

async function main(): Promise<number> {
  const { suite, connector, answers, record, effort } = values;
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (connector !== undefined && answers !== undefined) return complain("--connector and --answers exclude each other");
  if (suite === undefined) return complain("--suite is missing");
  if (suite === "aacr-bench" && (values.data === undefined || values.diffs === undefined))
    return complain("aacr-bench needs --data and --diffs");
  if (values.half !== undefined && !["learnt", "measured"].includes(values.half)) return complain("--half is learnt or measured");
  if (!["judged", "given"].includes(values.places)) return complain("--places is judged or given");
  if (suite === "martian" && values.data === undefined) return complain("martian needs --data");
  const parsed = readSuite(suite, connector !== undefined || answers !== undefined);
  if (!("cases" in parsed) && (connector ?? answers) !== undefined)
    return complain(`${suite} holds what tools have said, and no places of what is expected: it takes no --connector and no --answers`);
  if ("candidates" in parsed) {
    const { about, changes } = parsed.candidates;
    printCandidates({ about, changes: changes.filter(({ change }) => isInHalf(change)) });
    return 0;
  }
  if ("placed" in parsed) {
    const { about, changes } = parsed.placed;
    await printPlaced({ about, changes: changes.filter(({ id }) => isInHalf(id)) }, values.places === "given" ? "given" : "judged");
    return 0;
  }
  if (answers !== undefined) {
    const recording = JSON.parse(readFileSync(answers, "utf8")) as Recording;
    process.stdout.write(`recorded answers of ${recording.connector}, ${recording.at}, effort ${recording.effort}; nobody was asked\n`);
    print(
      parsed.cases.filter(({ id }) => isInHalf(id)),
      recording.answers.filter(({ id }) => isInHalf(id)),
    );
    return 0;
  }
  const wanted = efforts.find((known) => known === effort);
  if (connector === undefined || wanted === undefined)
    return complain(connector === undefined ? "--connector or --answers is missing" : "no such effort");
  const cases = parsed.cases.filter(({ id }) => isInHalf(id));
  const given: Answer[] = [];
  for (const one of cases) {
    given.push(await answerOf(one, connector, wanted));
    process.stderr.write(`${one.id}: ${given.at(-1)!.findings.length} findings\n`);
  }
  print(cases, given);
  if (record !== undefined) {
    const recording: Recording = { recorded: true, connector, suite, effort: wanted, at: new Date().toISOString(), answers: given };
    writeFileSync(record, `${JSON.stringify(recording, undefined, 1)}\n`);
  }
  return 0;
}

/** Changes are told apart by their names alone. */
function isInHalf(id: string): boolean {
  const isMeasured = createHash("sha256").update(id).digest()[0]! % 2 === 1;
  return values.half === undefined || (values.half === "measured") === isMeasured;
}

function complain(what: string): number {
  process.stderr.write(`eval: ${what}\n\n${usage}`);
  return 2;
}

/** Changes to ask a model about, or what tools have said about changes: with their places in them, or without. */
type Suite = { readonly cases: readonly Case[] } | { readonly candidates: CandidateSuite } | { readonly placed: PlacedSuite };

function readSuite(name: string, isAsked: boolean): Suite {
  if (name === "aacr-bench") {
    const { data = "", diffs = "" } = values;
    const scope = values.scope === "faults" ? "faults" : "everything";
    if (isAsked) {
      const { about, changes } = readAacrCases(data, diffs, scope);
      process.stdout.write(`${about}\n\n`);
      return { cases: changes };
    }
    const placed = readAacrBench(data, diffs, scope);
    process.stdout.write(`${placed.about}\n\n`);
    return { placed };
  }
  if (name === "martian") {
    const candidates = readMartian(values.data ?? "");
    process.stdout.write(`${candidates.about}\n\n`);
    return { candidates };
  }
  const file = /^[\w-]+$/.test(name) ? `${values.suites}/${name}.json` : name;
  if (!existsSync(file)) throw new Error(`there is no suite ${name}`);
  const value = JSON.parse(readFileSync(file, "utf8")) as { readonly changes: readonly Case[] } | CandidateSuite | PlacedSuite;
  process.stdout.write(`${(value as CandidateSuite).about}\n\n`);
  const [first] = value.changes;
  if (first === undefined || !("candidates" in first)) return { cases: value.changes as readonly Case[] };
  return "diff" in first ? { placed: value as PlacedSuite } : { candidates: value as CandidateSuite };
}

async function answerOf({ id, diff }: Case, connector: string, effort: Effort): Promise<Answer> {
  const spending = new Spending();
  const clock = new SystemClock();
  const client = openClient(connector, { env: process.env, home: homedir(), spending });
  const model = new ModelReviewer({
    client,
    spending,
    effort,
    rules: [],
    intent: "",
    redact: [],
    secret: new SystemRandom().bytes(32),
    memory: undefined,
    summarise: false,
  });
  const files = parseUnifiedDiff(diff).map((one) => ({
    diff: one,
    before: one.status === "added" ? undefined : visibleText(one, "old"),
    after: one.status === "deleted" ? undefined : visibleText(one, "new"),
  }));
  const start = clock.now();
  const review = await reviewChange(
    { source: { kind: "diff-file", label: id }, files, skipped: [], leftOut: [] },
    { reviewers: [model], policyFor: () => defaultPolicy, budgetMs: 600_000, clock },
  );
  const unanchored = /(\d+) quoting lines that are not there/.exec(review.notices.join("\n"))?.[1];
  return {
    id,
    findings: review.findings.map(({ path, side, startLine, title, message }) => ({ path, side, line: startLine, title, message })),
    unanchored: Number(unanchored ?? 0),
    tokens: spending.total.tokens,
    usd: spending.spent.some(({ usd }) => usd === undefined) ? undefined : spending.total.usd,
    durationMs: Math.round(clock.now() - start),
    complete: review.complete,
  };
}

function print(cases: readonly Case[], answers: readonly Answer[]): void {
  let score = nothing;
  for (const { id, expected } of cases) {
    const findings = answers.find((answer) => answer.id === id)?.findings ?? [];
    score = plus(score, scoreByPlace(expected, findings));
  }
  const count = Math.max(1, answers.length);
  const sum = (value: (answer: Answer) => number): number => answers.reduce((total, answer) => total + value(answer), 0);
  const cost = answers.some(({ usd }) => usd === undefined) ? "price unknown" : `$${(sum(({ usd }) => usd ?? 0) / count).toFixed(5)}`;
  const durations = answers.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b);
  process.stdout.write(
    [
      `${cases.length} changes, ${score.expected} expected faults, ${score.stated} findings: ${formatScore(score)}`,
      `anchoring errors: ${sum(({ unanchored }) => unanchored)} of ${score.stated + sum(({ unanchored }) => unanchored)}`,
      `a change: ${cost}, ${Math.round(sum(({ tokens }) => tokens) / count)} tokens, median ${durations[durations.length >> 1] ?? 0} ms`,
      `not complete: ${answers.filter(({ complete }) => !complete).length}`,
      "",
    ].join("\n"),
  );
}

async function printPlaced(suite: PlacedSuite, places: Places): Promise<void> {
  for (const { tool, raw, filtered, dropped } of await filterPlaced(suite, places)) {
    const reasons = [...dropped].map(([reason, count]) => `${count} ${reason}`).join(", ");
    process.stdout.write(
      `${tool}: ${raw.stated} candidates: ${formatScore(raw)}; filtered: ${formatScore(filtered)}: ${gain(raw, filtered)}${reasons === "" ? "" : `\n  dropped: ${reasons}`}\n`,
    );
  }
}

function gain(before: Score, after: Score): string {
  const points = (f1Of(after) - f1Of(before)) * 100;
  return `${points >= 0 ? "+" : ""}${points.toFixed(1)} points of F1`;
}

function printCandidates(suite: CandidateSuite): void {
  const { alone, union, merged } = scoreCandidates(suite);
  for (const { tool, raw, filtered } of alone)
    process.stdout.write(`${tool}: ${formatScore(raw)}; filtered: ${formatScore(filtered)}: ${gain(raw, filtered)}\n`);
  process.stdout.write(`\nall together: ${formatScore(union)}\n`);
  for (const { votes, score } of merged) process.stdout.write(`stated by ${votes} or more: ${formatScore(score)}: ${gain(union, score)}\n`);
}
