import {
  ConnectorError,
  type ConnectorInfo,
  type Effort,
  estimateTokens,
  jsonIn,
  type ModelClient,
  type Question,
  type RequestPreview,
  type Spending,
  SpendingLimitReached,
} from "#connectors";
import type { ChangedFile } from "#diff";
import { type Memory, ReviewMemory, type UnitAnswer } from "../cache/review-memory.ts";
import { cleanText } from "../findings/clean.ts";
import { patchFor } from "../findings/patch.ts";
import { type Dropped, noneDropped, type PlacedFinding, placeFindings } from "../findings/placed-finding.ts";
import { isSame, mergeSamples } from "../findings/samples.ts";
import { compareConfidence, compareSeverity } from "../policy.ts";
import { batchesOf } from "../prompt/batches.ts";
import { contextFor } from "../prompt/context.ts";
import { isAddressedToReviewer } from "../prompt/instructions.ts";
import {
  findingsAnswer,
  refutationPrompt,
  refutationSystem,
  reviewPrompt,
  reviewSystem,
  summaryAnswer,
  summaryPrompt,
  summarySystem,
  verdictsAnswer,
} from "../prompt/prompts.ts";
import { type RuleText, repositoryRules } from "../prompt/repository-rules.ts";
import { riskOf } from "../prompt/risk.ts";
import { piecesOf, type Unit } from "../prompt/unit.ts";
import { Redactor } from "../redaction/redactor.ts";
import type { NotReviewed, Remark, Reviewer, ReviewerOutcome, ReviewRequest, ReviewSummary } from "../review.ts";

export interface ModelReviewerOptions {
  readonly client: ModelClient;
  readonly spending: Spending;
  readonly effort: Effort;
  /** What the repository says about how it is worked on, from before the change. */
  readonly rules: readonly RuleText[];
  /** What the author says the change is for; "" where nobody said. */
  readonly intent: string;
  /** More of what must not be sent. */
  readonly redact: readonly RegExp[];
  /** At least 16 bytes that nobody else knows. The same ones from review to review make the same requests. */
  readonly secret: Uint8Array;
  readonly memory: Memory | undefined;
  /** Whether somebody will read a summary. */
  readonly summarise: boolean;
  /** Told how far it has come. */
  readonly onProgress?: ((done: number, total: number, found: number) => void) | undefined;
}

/** What would be sent for a change. Follow-up questions depend on the answers and are not in it. */
export interface ModelPreview {
  readonly to: ConnectorInfo | undefined;
  readonly requests: readonly RequestPreview[];
  readonly inputTokens: number;
  /** Pieces of the change whose answers are known already. */
  readonly remembered: number;
  /** Different secrets that were replaced. */
  readonly redacted: number;
  readonly notices: readonly string[];
}

/** What the lines of one request may come to, in tokens. */
const mostBatchTokens = 6_000;
const mostAnswerTokens = 8_192;
const samplesOf: Readonly<Record<Effort, number>> = { low: 1, medium: 1, high: 3 };
/** So many findings for each two hundred changed lines, and never fewer than the least. */
const findingsPer200Lines = 5;
const leastFindings = 3;

/** A model as a reviewer: it states what it thinks, and everything that can be checked about that is checked here. */
export class ModelReviewer implements Reviewer {
  readonly name = "model";
  readonly #options: ModelReviewerOptions;

  constructor(options: ModelReviewerOptions) {
    this.#options = options;
  }

  async review(request: ReviewRequest, signal: AbortSignal): Promise<ReviewerOutcome> {
    const work = await this.#prepare(request);
    const run = new ReviewRun(work, this.#options, signal);
    try {
      return await run.outcome(request);
    } finally {
      this.#options.client.close();
    }
  }

  /** What `review` would send first. Sends nothing. */
  async preview(request: ReviewRequest): Promise<ModelPreview> {
    const { client } = this.#options;
    const work = await this.#prepare(request);
    const requests: RequestPreview[] = [];
    let to: ConnectorInfo | undefined;
    let inputTokens = 0;
    for (const batch of work.batches) {
      const question = questionFor(batch, work, this.#options.secret, this.#options.effort);
      const seen = await client.preview(question);
      if (seen === undefined) break;
      to = seen.to;
      requests.push(seen.request);
      inputTokens += estimateTokens(question.system + question.prompt) * samplesOf[this.#options.effort];
    }
    return {
      to,
      requests,
      inputTokens,
      remembered: work.units.length - work.fresh.length,
      redacted: work.redactor.count,
      notices: work.notices,
    };
  }

  async #prepare({ files }: ReviewRequest): Promise<Work> {
    const { rules, intent, redact, secret, memory, effort, client } = this.#options;
    const redactor = new Redactor({ patterns: redact, secret });
    for (const { path, text } of rules) await redactor.learn(`${path}\n${text}`);
    await redactor.learn(intent);
    for (const { diff, before, after } of files)
      await redactor.learn(`${diff.path}\n${diff.oldPath ?? ""}\n${before ?? ""}\n${after ?? ""}`);
    const shownRules = repositoryRules(rules);
    const rulesText = redactor.redact(shownRules.text);
    const units = files
      .map((file) => ({ file, risk: riskOf(file) }))
      .toSorted((a, b) => b.risk - a.risk)
      .flatMap(({ file, risk }) => unitsOf(file, risk, redactor));
    const models = client.connectors.map(({ provider, model }) => `${provider}/${model}`).join(" ");
    const remembered = new ReviewMemory(memory, { models, effort, rules: rulesText });
    const known = new Map<Unit, UnitAnswer>();
    for (const unit of units) {
      const answer = remembered.answerFor(unit);
      if (answer !== undefined) known.set(unit, answer);
    }
    const fresh = units.filter((unit) => !known.has(unit));
    const system = reviewSystem(rulesText, secret);
    const room = Math.min(...client.connectors.map(({ contextTokens }) => contextTokens), 200_000) * 0.6 - estimateTokens(system);
    return {
      redactor,
      units,
      known,
      fresh,
      batches: batchesOf(fresh, Math.max(300, Math.min(mostBatchTokens, room))),
      system,
      intent: redactor.redact(cleanIntent(intent)),
      memory: remembered,
      notices: shownRules.notice === undefined ? [] : [shownRules.notice],
    };
  }
}

/** Everything that is known before anything is asked. */
interface Work {
  readonly redactor: Redactor;
  readonly units: readonly Unit[];
  readonly known: ReadonlyMap<Unit, UnitAnswer>;
  readonly fresh: readonly Unit[];
  readonly batches: readonly (readonly Unit[])[];
  readonly system: string;
  readonly intent: string;
  readonly memory: ReviewMemory;
  readonly notices: readonly string[];
}

/** One review: asks about the batches, and gathers what holds. */
class ReviewRun {
  readonly #work: Work;
  readonly #options: ModelReviewerOptions;
  readonly #signal: AbortSignal;
  readonly #dropped: Dropped = noneDropped();
  readonly #placed: PlacedFinding[] = [];
  readonly #notes = new Map<Unit, string>();
  /** Paths that were not, or not wholly, looked at, with the reason. */
  readonly #missed = new Map<string, string>();
  #done = 0;

  constructor(work: Work, options: ModelReviewerOptions, signal: AbortSignal) {
    this.#work = work;
    this.#options = options;
    this.#signal = signal;
  }

  async outcome(request: ReviewRequest): Promise<ReviewerOutcome> {
    const { batches, known, units, fresh, notices } = this.#work;
    for (const [unit, answer] of known) {
      this.#placed.push(...placeFindings([unit], answer.findings, noneDropped()));
      this.#notes.set(unit, answer.note);
    }
    await Promise.all(batches.map((batch) => this.#reviewBatch(batch)));
    const kept = this.#fewest(distinct(this.#placed), request.files);
    const summary = this.#options.summarise && this.#missed.size === 0 && units.length > 0 ? await this.#summary(kept, request) : undefined;
    const remarks = [...kept.map((finding) => this.#remark(finding)), ...instructionsIn(units)];
    return {
      remarks,
      problems: problemsOf(this.#missed, fresh.length),
      notReviewed: [...this.#missed].map(([path, detail]): NotReviewed => ({ path, detail })),
      notices: [...notices, ...this.#account()],
      spent: this.#options.spending.spent,
      ...(summary === undefined ? {} : { summary }),
    };
  }

  async #reviewBatch(batch: readonly Unit[]): Promise<void> {
    const { client, effort, secret, onProgress } = this.#options;
    const question = questionFor(batch, this.#work, secret, effort);
    const streamed: string[] = [];
    try {
      const answers = await Promise.all(
        Array.from({ length: samplesOf[effort] }, (_, index) =>
          client.ask(
            {
              ...question,
              schema: findingsAnswer,
              onText: (text) => {
                streamed[index] = text;
              },
            },
            this.#signal,
          ),
        ),
      );
      const placed = mergeSamples(answers.map(({ value }) => placeFindings(batch, value.findings, this.#dropped)));
      const note = answers[0]?.value.note ?? "";
      for (const unit of batch) this.#notes.set(unit, note);
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
    this.#done += 1;
    onProgress?.(this.#done, this.#work.batches.length, this.#placed.length);
  }

  /** What had come whole when the answer broke off is kept, though nobody has doubted it: one step less sure. */
  #salvage(batch: readonly Unit[], streamed: readonly string[]): void {
    for (const text of streamed) {
      const answer = findingsAnswer.partial().safeParse(jsonIn(text ?? "")?.value);
      if (!answer.success) continue;
      for (const finding of placeFindings(batch, answer.data.findings ?? [], this.#dropped)) {
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

  #remark({ stated, anchor }: PlacedFinding): Remark {
    const { redactor } = this.#work;
    const { file } = anchor.unit;
    const { replacement } = stated;
    const patch =
      replacement === null || anchor.side === "old" || replacement.length > 4000
        ? undefined
        : patchFor(file, anchor.startLine, anchor.endLine, redactor.restore(withoutFence(replacement)));
    // Reports and records show a patch as it is, so one that would show a secret is not made.
    const isShowable = patch !== undefined && redactor.redact(patch) === patch;
    return {
      ruleId: `model/${stated.category}`,
      title: cleanText(stated.title, 120),
      severity: stated.severity,
      confidence: stated.confidence,
      category: stated.category,
      subcategory: "judgement",
      cwe: [],
      message: cleanText(stated.message, 1000),
      suggestion: replacement === null || replacement.trim() === "" ? undefined : cleanText(`Write: ${withoutFence(replacement)}`, 600),
      ...(isShowable ? { patch } : {}),
      path: file.diff.path,
      side: anchor.side,
      startLine: anchor.startLine,
      endLine: anchor.endLine,
      startColumn: undefined,
      endColumn: undefined,
      causedByRemoval: false,
      secrets: redactor.secrets.filter((secret) => secret.length >= 6),
    };
  }

  /** What the model cost and what became of its answers, for the reader. */
  #account(): readonly string[] {
    const { spending } = this.#options;
    const { units, fresh, redactor } = this.#work;
    const lines = spending.spent.map(({ connector, model, requests, inputTokens, outputTokens, usd, estimated }) => {
      const cost = usd === undefined ? "price unknown" : `$${usd.toFixed(4)}`;
      const about = estimated ? "about " : "";
      return `model ${connector} (${model}): ${requests} ${requests === 1 ? "request" : "requests"}, ${about}${inputTokens} tokens in, ${outputTokens} out, ${cost}`;
    });
    if (units.length > fresh.length)
      lines.push(`model: ${units.length - fresh.length} of ${units.length} pieces known from before, not sent again`);
    if (fresh.length > 0 && redactor.count > 0)
      lines.push(`model: ${redactor.count} ${redactor.count === 1 ? "secret" : "secrets"} replaced in what was sent`);
    const { nowhere, unchanged, talk, refuted, crowded } = this.#dropped;
    const reasons = [
      [nowhere, "quoting lines that are not there"],
      [unchanged, "about lines that were not changed"],
      [talk, "without a fault"],
      [refuted, "refuted at second look"],
      [crowded, "beyond what is shown"],
    ] as const;
    const said = reasons.filter(([count]) => count > 0).map(([count, reason]) => `${count} ${reason}`);
    if (said.length > 0) lines.push(`model: dropped of its findings: ${said.join(", ")}`);
    return lines;
  }
}

function questionFor(batch: readonly Unit[], { system, intent }: Work, secret: Uint8Array, effort: Effort): Question {
  return {
    system,
    prompt: reviewPrompt(batch, intent, secret),
    schema: findingsAnswer,
    maxOutputTokens: mostAnswerTokens,
    temperature: effort === "high" ? 0.7 : 0.1,
  };
}

function unitsOf(file: ChangedFile, risk: number, redactor: Redactor): readonly Unit[] {
  const path = redactor.redact(file.diff.path);
  return file.diff.hunks.flatMap(piecesOf).map((lines) => ({
    path,
    file,
    risk,
    lines: lines.map((line) => ({ ...line, text: redactor.redact(line.text) })),
    context: redactor.redact(contextFor(file, lines)),
  }));
}

/** Who speaks to the reviewer wants something from it. Said whether the model noticed or not, and whatever it was talked into. */
function instructionsIn(units: readonly Unit[]): readonly Remark[] {
  return units.flatMap(({ file, lines }) =>
    lines.flatMap((line): readonly Remark[] => {
      if (line.kind !== "added" || !isAddressedToReviewer(line.text)) return [];
      return [
        {
          ruleId: "model/instruction-in-change",
          title: "Text addressed to the reviewer",
          severity: "warning",
          confidence: "medium",
          category: "security",
          subcategory: "prompt-injection",
          cwe: [1427],
          message:
            "This line speaks to whoever reviews the change, as if to tell an automatic reviewer what to say. It was treated as data and not followed.",
          suggestion: "Take it out, unless it is meant for the program's own model.",
          path: file.diff.path,
          side: "new",
          startLine: line.newNumber,
          endLine: line.newNumber,
          startColumn: undefined,
          endColumn: undefined,
          causedByRemoval: false,
          secrets: [],
        },
      ];
    }),
  );
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

function cleanIntent(intent: string): string {
  return intent.trim().slice(0, 2_000);
}

function withoutFence(text: string): string {
  return text.replace(/^```\w*\n/, "").replace(/\n?```\s*$/, "");
}
