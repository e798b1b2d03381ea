import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { buildCommand } from "@stricli/core";
import { coloursFor, sentenceOf, UsageError, UserError } from "kit/cli";
import { type ReportFormat, reportFormats, reports } from "#report";
import { reaches } from "#review";
import { type Severity, severities } from "#rules";
import type { LrcContext } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { LiveFindings } from "../live-findings.ts";
import { openRepository } from "../open-repository.ts";
import { recordByHand } from "../record-by-hand.ts";
import { readReportNavigator } from "../report-navigator.ts";
import { reviewDiffFile } from "../review-diff-file.ts";
import { previewFormats, previewReview, previewText } from "../review-preview.ts";
import type { ReviewWatch } from "../review-run.ts";
import { version } from "../version.ts";
import { type ModelsWanted, type ReviewedChange, reviewRepository, type WhatToReview } from "../what-to-review.ts";

interface ReviewFlags {
  readonly staged: boolean;
  readonly working: boolean;
  readonly commit?: string;
  readonly range?: string;
  readonly base?: string;
  readonly diffFile?: string;
  readonly format: ReportFormat;
  readonly output?: string;
  readonly failOn?: Severity | "never";
  readonly vouch: boolean;
  readonly skip: boolean;
  readonly preview: boolean;
  readonly effort?: Effort;
  readonly connector?: string;
  readonly offline: boolean;
  readonly fresh: boolean;
  readonly serve: boolean;
}

const efforts = ["low", "medium", "high"] as const;
type Effort = (typeof efforts)[number];

const failLevels = [...severities, "never"] as const;

/** An empty name is a variable of a script that was not set. */
function named(text: string): string {
  if (text === "") throw new Error("nothing is named (is a variable empty?)");
  return text;
}

export const reviewCommand = buildCommand<ReviewFlags, [], LrcContext>({
  docs: {
    brief: "Review a change",
    fullDescription: [
      "Reviews what is staged, or another change, and prints what it found. Data go to stdout, everything else to stderr.",
      "",
      "Exits with 0 when nothing was found at or above the level of --fail-on, 1 when something was, 2 when the command line or the",
      "configuration is wrong, 3 when it could not review everything, 130 when it was interrupted.",
      "",
      "Examples:",
      "  lrc review",
      "  lrc review --base origin/main --format sarif --output review.sarif",
      "  lrc review --preview         what a model would be sent, byte for byte",
      "  git diff | lrc review --diff-file - --format json",
    ].join("\n"),
  },
  parameters: {
    flags: {
      staged: { kind: "boolean", default: false, withNegated: false, brief: "What is staged (the default)" },
      working: { kind: "boolean", default: false, withNegated: false, brief: "What differs from HEAD in the working tree, staged or not" },
      commit: {
        kind: "parsed",
        parse: named,
        optional: true,
        placeholder: "REV",
        brief: "What a commit changed, against its first parent",
      },
      range: { kind: "parsed", parse: named, optional: true, placeholder: "A..B", brief: "From A to B; with A...B from where B left A" },
      base: { kind: "parsed", parse: named, optional: true, placeholder: "REF", brief: "What HEAD adds to REF since it left it" },
      diffFile: { kind: "parsed", parse: named, optional: true, placeholder: "FILE", brief: "A diff from a file, or from stdin (-)" },
      format: { kind: "enum", values: reportFormats, default: "pretty", brief: "How to print it" },
      output: { kind: "parsed", parse: named, optional: true, placeholder: "FILE", brief: "Write to a file instead of stdout" },
      failOn: { kind: "enum", values: failLevels, optional: true, brief: "Least severity that makes the exit code 1 (default: warning)" },
      vouch: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Take responsibility for what is staged: its commit is not stopped",
      },
      skip: { kind: "boolean", default: false, withNegated: false, brief: "Have the next commit of what is staged not reviewed" },
      serve: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Show it in the browser, on this machine only; print the report when the page is done",
      },
      preview: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Say what would be reviewed and what left out, show what would be sent to a model, and stop",
      },
      effort: {
        kind: "enum",
        values: efforts,
        optional: true,
        brief: "What a model goes to: low is one pass, medium tries to refute what it found, high merges several samples",
      },
      connector: { kind: "parsed", parse: String, optional: true, placeholder: "NAME", brief: "Ask this model only (lrc connectors list)" },
      offline: { kind: "boolean", default: false, withNegated: false, brief: "Ask no model" },
      fresh: { kind: "boolean", default: false, withNegated: false, brief: "Ask models again about what they have answered before" },
    },
  },
  async func(flags) {
    const what = whatToReview(flags);
    if (flags.vouch && flags.skip) throw new UsageError("--vouch and --skip exclude each other");
    if ((flags.vouch || flags.skip) && what.kind !== "staged") throw new UsageError("--vouch and --skip are about what is staged");
    if (flags.offline && flags.connector !== undefined) throw new UsageError("--offline and --connector exclude each other");
    if (flags.preview) {
      await preview(what, flags, this);
      return;
    }
    if (flags.skip) {
      await recordByHand(await openRepository(this), { action: "skipped", reason: "by hand" }, this);
      return;
    }
    const repository = what.kind === "diff-file" ? undefined : await openRepository(this);
    using live = new LiveFindings(this.stderr, this.clock, coloursFor(this.stderr, this.env));
    const wanted = modelsWanted(flags);
    const review = async (watch?: ReviewWatch): Promise<ReviewedChange> =>
      what.kind === "diff-file" || repository === undefined
        ? await reviewDiffFile(what.kind === "diff-file" ? what.file : "-", this, live.watching(watch), wanted)
        : await reviewRepository(repository, what, this, live.watching(watch), wanted);
    if (flags.serve) {
      const { serveReview } = await import("../page/index.ts");
      const { reviewed, isAccepted } = await serveReview(
        { repository, source: sourceLabel(what), isStaged: what.kind === "staged", review },
        this,
      );
      write(reviewed, flags, this);
      return isAccepted ? undefined : exitError(reviewed, flags);
    }
    const reviewed = await review();
    live.clear();
    this.stopped.throwIfAborted();
    write(reviewed, flags, this);
    if (flags.vouch && reviewed.repository !== undefined) await vouch(reviewed, this);
    return exitError(reviewed, flags);
  },
});

async function preview(what: WhatToReview, flags: ReviewFlags, context: LrcContext): Promise<void> {
  if (flags.vouch || flags.skip || flags.serve) throw new UsageError("--preview only looks ahead: leave --vouch, --skip and --serve away");
  if (what.kind === "diff-file") throw new UsageError("--preview is about a repository, not about a diff from a file");
  const format = previewFormats.find((name) => name === flags.format);
  if (format === undefined) throw new UsageError(`--preview is printed as ${previewFormats.join(" or ")}, not as ${flags.format}`);
  const looked = await previewReview(await openRepository(context), what, context, modelsWanted(flags));
  deliver(await previewText(looked, format), flags, context);
}

/** What of models the flags ask for; undefined where none is to be asked. */
function modelsWanted({ effort, connector, offline, fresh }: ReviewFlags): ModelsWanted | undefined {
  return offline ? undefined : { named: connector, effort, summarise: effort !== "low", remember: !fresh };
}

function whatToReview({ staged, working, commit, range, base, diffFile }: ReviewFlags): WhatToReview {
  const asked: WhatToReview[] = [];
  if (staged) asked.push({ kind: "staged" });
  if (working) asked.push({ kind: "working" });
  if (commit !== undefined) asked.push({ kind: "commit", revision: commit });
  if (range !== undefined) asked.push({ kind: "range", range });
  if (base !== undefined) asked.push({ kind: "base", base });
  if (diffFile !== undefined) asked.push({ kind: "diff-file", file: diffFile });
  if (asked.length > 1) throw new UsageError(`only one change is reviewed at a time, and ${asked.length} are named`);
  return asked[0] ?? { kind: "staged" };
}

/** What is reviewed, for the head of the page. */
function sourceLabel(what: WhatToReview): string {
  switch (what.kind) {
    case "staged":
      return "staged changes";
    case "working":
      return "working tree";
    case "commit":
      return what.revision;
    case "range":
      return what.range;
    case "base":
      return `${what.base}...HEAD`;
    case "diff-file":
      return what.file === "-" ? "a diff from stdin" : what.file;
  }
}

/** A report that nobody gets is not to be taken for one that says something. */
function writeTo(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError(sentenceOf(error), {
      exitCode: exitCodes.couldNotReview,
      nextStep: "name a file that can be written to: --output FILE",
    });
  }
}

function deliver(text: string, { output }: ReviewFlags, { stdout, directory }: LrcContext): void {
  if (output === undefined) stdout.write(text);
  else writeTo(resolve(directory, output), text);
}

function write({ review }: ReviewedChange, flags: ReviewFlags, context: LrcContext): void {
  const { stdout, env } = context;
  const { format, output } = flags;
  const toTerminal = output === undefined;
  const paint = coloursFor(toTerminal ? stdout : { isTerminal: false }, env);
  const navigator = format === "html" ? readReportNavigator(context) : undefined;
  deliver(reports[format](review, { version, paint, columns: toTerminal ? stdout.columns : undefined, navigator }), flags, context);
}

async function vouch({ repository, keys, changeId, review }: ReviewedChange, context: LrcContext): Promise<void> {
  if (repository === undefined) return;
  await recordByHand(repository, { action: "vouched", keys, changeId, review }, context);
}

/** What the command line library turns into the exit code; undefined for 0. */
function exitError({ review, configurationFaults }: ReviewedChange, { failOn = "warning", vouch }: ReviewFlags): UserError | undefined {
  if (configurationFaults > 0) {
    return new UserError("the configuration has faults; they are named above", {
      exitCode: exitCodes.usage,
      nextStep: "correct them in .lrc/: lrc config check",
    });
  }
  if (!review.complete) {
    const { reviewer, problems } = review.reviewers.find(({ outcome }) => outcome !== "complete") ?? { reviewer: "", problems: [] };
    return new UserError(`not everything was reviewed: ${reviewer}: ${problems[0] ?? "no reason given"}`, {
      exitCode: exitCodes.couldNotReview,
    });
  }
  const bad = failOn === "never" || vouch ? 0 : review.findings.filter((finding) => reaches(finding, failOn)).length;
  return bad === 0
    ? undefined
    : new UserError(`${bad} ${bad === 1 ? "finding" : "findings"} at or above ${failOn}`, { exitCode: exitCodes.findings });
}
