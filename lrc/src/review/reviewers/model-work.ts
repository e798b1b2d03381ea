import { type Effort, estimateTokens, type ModelClient, type Question } from "#connectors";
import type { ChangedFile } from "#diff";
import { type Memory, ReviewMemory, type UnitAnswer } from "../cache/review-memory.ts";
import { batchesOf } from "../prompt/batches.ts";
import { contextFor } from "../prompt/context.ts";
import { findingsAnswer, reviewPrompt, reviewSystem } from "../prompt/prompts.ts";
import { type RuleText, repositoryRules } from "../prompt/repository-rules.ts";
import { riskOf } from "../prompt/risk.ts";
import { piecesOf, type Unit } from "../prompt/unit.ts";
import { Redactor } from "../redaction/redactor.ts";
import type { ReviewRequest } from "../reviewer.ts";

/** What decides over the requests of a review. */
export interface WorkOptions {
  readonly client: ModelClient;
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
}

/** Everything that is known before anything is asked. */
export interface ModelWork {
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

/** What the lines of one request may come to, in tokens. */
const mostBatchTokens = 6_000;
/** In characters. */
const longestIntent = 2_000;
/** How often a batch is asked about. */
export const samplesOf: Readonly<Record<Effort, number>> = { low: 1, medium: 1, high: 3 };
/** The longest answer to any question. */
export const mostAnswerTokens = 8_192;

/** Learns what must not be sent, cuts the change into pieces, and looks up which of them are known. */
export async function prepareWork({ files }: ReviewRequest, options: WorkOptions): Promise<ModelWork> {
  const { rules, intent, redact, secret, memory, effort, client } = options;
  const redactor = new Redactor({ patterns: redact, secret });
  for (const { path, text } of rules) await redactor.learn(`${path}\n${text}`, path);
  await redactor.learn(intent);
  for (const file of files) await redactor.learn(textOf(file), file.diff.path);
  // What is shortened is replaced before: half of a secret is not recognised any more, and still half of a secret.
  const shownRules = repositoryRules(rules.map(({ path, text }) => ({ path: redactor.redact(path), text: redactor.redact(text) })));
  const units = files
    .map((file) => ({ file, risk: riskOf(file) }))
    .toSorted((a, b) => b.risk - a.risk)
    .flatMap(({ file, risk }) => unitsOf(file, risk, redactor));
  const models = client.connectors.map(({ provider, model }) => `${provider}/${model}`).join(" ");
  const remembered = new ReviewMemory(memory, { models, effort, rules: shownRules.text });
  const known = new Map<Unit, UnitAnswer>();
  for (const unit of units) {
    const answer = remembered.answerFor(unit);
    if (answer !== undefined) known.set(unit, answer);
  }
  const fresh = units.filter((unit) => !known.has(unit));
  const system = reviewSystem(shownRules.text, secret);
  const room = Math.min(...client.connectors.map(({ contextTokens }) => contextTokens), 200_000) * 0.6 - estimateTokens(system);
  return {
    redactor,
    units,
    known,
    fresh,
    batches: batchesOf(fresh, Math.max(300, Math.min(mostBatchTokens, room))),
    system,
    intent: redactor.redact(intent).trim().slice(0, longestIntent),
    memory: remembered,
    notices: shownRules.notice === undefined ? [] : [shownRules.notice],
  };
}

/** All of a file in which there could be secrets; its lines as the diff shows them where the rest is not at hand. */
function textOf({ diff, before, after }: ChangedFile): string {
  const lines = diff.hunks.flatMap((hunk) => hunk.lines);
  const isWhole = lines.every(({ kind }) => (kind === "removed" ? before : after) !== undefined);
  const shown = isWhole ? "" : lines.map(({ text }) => text).join("\n");
  return [diff.path, diff.oldPath ?? "", before ?? "", after ?? "", shown].join("\n");
}

/** The question about a batch, as it is sent: as often as the effort has samples. */
export function questionFor(batch: readonly Unit[], { system, intent }: ModelWork, secret: Uint8Array, effort: Effort): Question {
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
    context: contextFor(file, lines, (text) => redactor.redact(text)),
  }));
}
