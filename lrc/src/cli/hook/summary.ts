import type { Colours } from "kit/cli";
import { blocks, type Finding, printable, printableLine, type Review } from "#review";
import type { Severity } from "#rules";

export interface SummaryOptions {
  readonly paint: Colours;
  /** For a window that shows the first lines only. */
  readonly brief: boolean;
  readonly coverage: number;
  readonly blockLevel: Severity | "never";
}

/** A desktop program shows about so many lines of what a hook says. */
const briefFindings = 14;

/** What the hook says about a review: the verdict first, a line for each finding, and how to go on. */
export function hookSummary(review: Review, { paint, brief, coverage, blockLevel }: SummaryOptions): string {
  const { findings, files, complete } = review;
  const stopping = findings.filter((finding) => blocks(finding, blockLevel)).length;
  const lines: string[] = [];
  const scope = `${files.length} ${files.length === 1 ? "file" : "files"}, coverage ${coverage}%`;
  if (!complete) {
    const { outcome, problems } = review.reviewers.find(({ outcome }) => outcome !== "complete") ?? { outcome: "incomplete", problems: [] };
    const how = outcome === "incomplete" ? "" : ` (${outcome.replaceAll("-", " ")})`;
    lines.push(paint.yellow(`lrc: review incomplete${how}: ${printable(problems[0] ?? "no reason given")}`));
  } else if (findings.length === 0) lines.push(`lrc: ${paint.green("nothing found")} (${scope})`);
  if (findings.length > 0) {
    const count = `${findings.length} ${findings.length === 1 ? "finding" : "findings"}`;
    lines.push(
      stopping === 0 ? `lrc: ${count} (${scope})` : paint.red(`lrc: commit stopped: ${stopping} of ${count} must not be committed`),
    );
    const shown = brief ? findings.slice(0, briefFindings) : findings;
    lines.push(...shown.map((finding) => findingLine(finding, paint)));
    if (shown.length < findings.length) lines.push(`  … and ${findings.length - shown.length} more: lrc review --staged`);
  }
  lines.push(...review.notices.slice(0, brief ? 2 : undefined).map((notice) => paint.dim(`lrc: ${printable(notice)}`)));
  if (stopping > 0) lines.push("lrc: correct it; or take responsibility with: lrc review --vouch; or switch the review off with LRC=0");
  return `${lines.join("\n")}\n`;
}

/** `  src/a.ts:12 error: message (rule)` */
export function findingLine(finding: Finding, paint: Colours): string {
  const { path, side, startLine, severity, message, ruleId } = finding;
  const place = side === "old" ? `${path}:${startLine} (removed)` : `${path}:${startLine}`;
  const text = printable(message.replaceAll("\n", " "));
  return `  ${paint.bold(printableLine(place))} ${severityPaint(severity, paint)(severity)}: ${text} ${paint.dim(`(${ruleId})`)}`;
}

function severityPaint(severity: Severity, paint: Colours): (text: string) => string {
  if (severity === "critical" || severity === "error") return paint.red;
  return severity === "warning" ? paint.yellow : paint.cyan;
}
