import { ConnectorError, jsonIn, type Spending, SpendingLimitReached } from "#connectors";
import type { ChangedFile } from "#diff";
import { cleanText } from "../findings/clean.ts";
import { type Dropped, noneDropped, type PlacedFinding, placeFindings } from "../findings/placed-finding.ts";
import { isSame, mergeSamples } from "../findings/samples.ts";
import type { ReviewerNews } from "../model-event.ts";
import { compareConfidence, compareSeverity } from "../policy.ts";
import {
  findingsAnswer,
  refutationPrompt,
  refutationSystem,
  type StatedFinding,
  summaryAnswer,
  summaryPrompt,
  summarySystem,
  verdictsAnswer,
} from "../prompt/prompts.ts";
import type { Unit } from "../prompt/unit.ts";
import type { ReviewSummary } from "../review.ts";
import type { NotReviewed, ReviewerOutcome, ReviewRequest } from "../reviewer.ts";
import { accountOf } from "./model-account.ts";
import { instructionsIn, remarkOf } from "./model-remarks.ts";
import { type ModelWork, mostAnswerTokens, questionFor, samplesOf, type WorkOptions } from "./model-work.ts";

/** What a review by a model is made with. */
export interface RunOptions extends WorkOptions {
  readonly spending: Spending;
  /** Whether somebody will read a summary. */
  readonly summarise: boolean;
}

/** So many findings for each two hundred changed lines, and never fewer than the least. */
const findingsPer200Lines = 5;
const leastFindings = 3;

/** One review: asks about the batches, and gathers what holds. */
export class ModelRun {
  readonly #work: ModelWork;
  readonly #options: RunOptions;
  readonly #signal: AbortSignal;
  readonly #tell: ((news: ReviewerNews) => void) | undefined;
  readonly #dropped: Dropped = noneDropped();
  readonly #placed: PlacedFinding[] = [];
  /** What was stated about batches that are not settled yet. */
  readonly #unsettled = new Map<readonly Unit[], readonly PlacedFinding[]>();
  readonly #notes = new Map<Unit, string>();
  /** Paths that were not, or not wholly, looked at, with the reason. */
  readonly #missed = new Map<string, string>();
  #done = 0;

  constructor(work: ModelWork, options: RunOptions, signal: AbortSignal, tell?: (news: ReviewerNews) => void) {
    this.#work = work;
    this.#options = options;
    this.#signal = signal;
    this.#tell = tell;
  }

  async outcome(request: ReviewRequest): Promise<ReviewerOutcome> {
    const { batches, known, units, fresh, notices, redactor } = this.#work;
    const { spending, summarise, client } = this.#options;
    this.#tell?.({
      kind: "started",
      asked: client.connectors.map(({ name, model, place, destination }) => ({ name, model, place, destination })),
      pieces: units.length,
      remembered: known.size,
    });
    for (const [unit, answer] of known) {
      this.#placed.push(...placeFindings([unit], answer.findings, noneDropped()));
      this.#notes.set(unit, answer.note);
    }
    this.#tellProgress();
    this.#tellStated();
    await Promise.all(batches.map((batch) => this.#reviewBatch(batch)));
    const kept = this.#fewest(distinct(this.#placed), request.files);
    const summary = summarise && this.#missed.size === 0 && units.length > 0 ? await this.#summary(kept, request) : undefined;
    const remarks = [...kept.map((finding) => remarkOf(finding, redactor)), ...instructionsIn(units)];
    return {
      remarks,
      problems: problemsOf(this.#missed, fresh.length),
      notReviewed: [...this.#missed].map(([path, detail]): NotReviewed => ({ path, detail })),
      notices: [...notices, ...accountOf(spending.spent, this.#work, this.#dropped)],
      spent: spending.spent,
      ...(summary === undefined ? {} : { summary }),
    };
  }

  async #reviewBatch(batch: readonly Unit[]): Promise<void> {
    const { client, effort, secret } = this.#options;
    const question = questionFor(batch, this.#work, secret, effort);
    const streamed: string[] = [];
    let objects = 0;
    try {
      const answers = await Promise.all(
        Array.from({ length: samplesOf[effort] }, (_, index) =>
          client.ask(
            {
              ...question,
              schema: findingsAnswer,
              onText: (text) => {
                streamed[index] = text;
                if (this.#tell === undefined) return;
                // Findings come whole with a closing brace; there is nothing new to see before.
                const closed = text.split("}").length;
                if (closed === objects) return;
                objects = closed;
                this.#unsettled.set(batch, mergeSamples(streamed.map((one) => placeFindings(batch, statedIn(one), noneDropped()))));
                this.#tellStated();
              },
            },
            this.#signal,
          ),
        ),
      );
      const placed = mergeSamples(answers.map(({ value }) => placeFindings(batch, value.findings, this.#dropped)));
      const note = answers[0]?.value.note ?? "";
      for (const unit of batch) this.#notes.set(unit, note);
      this.#unsettled.set(batch, placed);
      this.#tellStated();
      const kept = effort === "low" ? placed : await this.#refute(batch, placed);
      this.#placed.push(...kept);
      for (const unit of batch) {
        const findings = kept
          .filter(({ anchor }) => anchor.unit === unit)
          .map(({ stated, anchor }) => ({ ...stated, line: anchor.startLine }));
        this.#work.memory.keep(unit, { findings, note });
      }
    } catch (error) {
      this.#salvage(batch, streamed);
      const reason = this.#signal.aborted
        ? "there was no time left"
        : error instanceof SpendingLimitReached
          ? error.message
          : sentenceOf(error);
      for (const { file } of batch) this.#missed.set(file.diff.path, reason);
    }
    this.#unsettled.delete(batch);
    this.#done += 1;
    this.#tellStated();
    this.#tellProgress();
  }

  #tellProgress(step: "reviewing" | "summing-up" = "reviewing"): void {
    this.#tell?.({ kind: "progress", step, done: this.#done, total: this.#work.batches.length });
  }

  #tellStated(): void {
    const { redactor } = this.#work;
    this.#tell?.({
      kind: "stated",
      remarks: [
        ...this.#placed.map((finding) => ({ remark: remarkOf(finding, redactor), settled: true })),
        ...[...this.#unsettled.values()].flat().map((finding) => ({ remark: remarkOf(finding, redactor), settled: false })),
      ],
    });
  }

  /** What had come whole when the answer broke off is kept, though nobody has doubted it: one step less sure. */
  #salvage(batch: readonly Unit[], streamed: readonly string[]): void {
    for (const text of streamed) {
      for (const finding of placeFindings(batch, statedIn(text), this.#dropped)) {
        this.#placed.push({
          ...finding,
          stated: { ...finding.stated, confidence: finding.stated.confidence === "high" ? "medium" : "low" },
        });
      }
    }
  }

  /** A second look with nothing in mind but to refute. Where it cannot be had, what was stated stands as it was. */
  async #refute(batch: readonly Unit[], placed: readonly PlacedFinding[]): Promise<readonly PlacedFinding[]> {
    if (placed.length === 0) return placed;
    const { client, secret } = this.#options;
    const concerned = batch.filter((unit) => placed.some(({ anchor }) => anchor.unit === unit));
    const prompt = refutationPrompt(
      concerned,
      placed.map(({ stated }) => ({ ...stated, title: cleanText(stated.title, 120), message: cleanText(stated.message, 600) })),
      secret,
    );
    const { value } = await client.ask(
      { system: refutationSystem(), prompt, schema: verdictsAnswer, maxOutputTokens: mostAnswerTokens, temperature: 0 },
      this.#signal,
    );
    const verdicts = new Map(value.verdicts.map(({ number, verdict }) => [number, verdict]));
    return placed.flatMap((finding, index) => {
      const verdict = verdicts.get(index + 1) ?? "stands";
      if (verdict === "refuted") {
        this.#dropped.refuted += 1;
        return [];
      }
      return [verdict === "unsure" ? { ...finding, stated: { ...finding.stated, confidence: "low" as const } } : finding];
    });
  }

  /** The worst and surest, as many as somebody will read. */
  #fewest(findings: readonly PlacedFinding[], files: readonly ChangedFile[]): readonly PlacedFinding[] {
    const lines = files.reduce((total, { diff }) => total + diff.addedCount + diff.removedCount, 0);
    const most = Math.max(leastFindings, Math.ceil((lines * findingsPer200Lines) / 200));
    const sorted = findings.toSorted(
      (a, b) => compareSeverity(a.stated.severity, b.stated.severity) || compareConfidence(a.stated.confidence, b.stated.confidence),
    );
    this.#dropped.crowded += Math.max(0, sorted.length - most);
    return sorted.slice(0, most);
  }

  async #summary(kept: readonly PlacedFinding[], { source }: ReviewRequest): Promise<ReviewSummary | undefined> {
    const { client, secret } = this.#options;
    const { memory, units } = this.#work;
    const notes = units.map((unit) => `${unit.path}: ${cleanText(this.#notes.get(unit) ?? "", 300)}`);
    let summary = memory.summaryFor(notes, source.kind);
    if (summary === undefined) {
      this.#tellProgress("summing-up");
      try {
        const prompt = summaryPrompt(
          [...new Set(notes)],
          kept.map(({ stated }) => cleanText(stated.title, 120)),
          secret,
        );
        const question = { system: summarySystem(), prompt, schema: summaryAnswer, maxOutputTokens: mostAnswerTokens, temperature: 0.2 };
        summary = (await client.ask(question, this.#signal)).value;
        memory.keepSummary(notes, source.kind, summary);
      } catch {
        // A review without a summary is a review.
        return undefined;
      }
    }
    const few = (texts: readonly string[], most: number): readonly string[] => texts.slice(0, most).map((text) => cleanText(text, 300));
    return {
      title: cleanText(summary.title, 100),
      overview: cleanText(summary.overview, 1000),
      highlights: few(summary.highlights, 5),
      impact: few(summary.impact, 4),
      risks: few(summary.risks, 4),
    };
  }
}

/** The findings that have come whole in an answer that is still coming, or broke off. */
function statedIn(text: string | undefined): readonly StatedFinding[] {
  const answer = findingsAnswer.partial().safeParse(jsonIn(text ?? "", (value) => "findings" in value)?.value);
  return answer.success ? (answer.data.findings ?? []) : [];
}

function distinct(findings: readonly PlacedFinding[]): readonly PlacedFinding[] {
  const kept: PlacedFinding[] = [];
  for (const finding of findings) if (!kept.some((other) => isSame(other, finding))) kept.push(finding);
  return kept;
}

/** One line for each reason, with how many files it is about. */
function problemsOf(missed: ReadonlyMap<string, string>, pieces: number): readonly string[] {
  if (missed.size === 0 || pieces === 0) return [];
  const reasons = new Map<string, number>();
  for (const reason of missed.values()) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return [...reasons].map(([reason, count]) => `${count} ${count === 1 ? "file" : "files"} not seen by the model: ${reason}`);
}

function sentenceOf(error: unknown): string {
  if (error instanceof ConnectorError) return error.message;
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
}
