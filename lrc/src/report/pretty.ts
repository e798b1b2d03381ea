import { type Finding, printable, printableLine, type Review, type ReviewSummary } from "#review";
import type { Paint, Report } from "./report.ts";

/** For a person at a terminal: the findings with their lines, and what was looked at. */
export const pretty: Report = (review, { paint }) =>
  [
    ...review.findings.map((finding) => block(finding, paint)),
    ...(review.summary === undefined ? [] : [overview(review.summary, paint)]),
    footer(review, paint),
  ].join("\n");

function overview({ title, overview, highlights, impact, risks }: ReviewSummary, paint: Paint): string {
  const lines = [paint.bold(printable(title)), `  ${indented(overview)}`];
  for (const [name, texts] of Object.entries({ highlights, impact, risks })) {
    if (texts.length > 0) lines.push(`  ${paint.dim(name)}`, ...texts.map((text) => `  - ${indented(text)}`));
  }
  return `${lines.join("\n")}\n`;
}

function block(finding: Finding, paint: Paint): string {
  const { path, side, startLine, endLine, severity, ruleId, confidence, message, suggestion, excerpt, fingerprint } = finding;
  const colour = severity === "critical" || severity === "error" ? paint.red : severity === "warning" ? paint.yellow : paint.cyan;
  const lines = [
    `${colour(paint.bold(severity))} ${paint.bold(printableLine(path))}:${startLine}${side === "old" ? " (removed)" : ""}  ${paint.dim(ruleId)}`,
  ];
  lines.push(`  ${indented(message)}`);
  for (const [offset, line] of excerpt.lines.entries()) {
    const number = excerpt.firstLine + offset;
    const text = `${String(number).padStart(6)} | ${printable(line)}`;
    lines.push(number >= startLine && number <= endLine ? `>${text}` : paint.dim(` ${text}`));
  }
  if (suggestion !== undefined) lines.push(`  ${paint.green(indented(suggestion))}`);
  lines.push(paint.dim(`  confidence ${confidence}, fingerprint ${fingerprint}`));
  return `${lines.join("\n")}\n`;
}

function indented(text: string): string {
  return printable(text).replaceAll("\n", "\n  ");
}

function footer({ source, files, findings, suppressed, skipped, coverage, notices, reviewers }: Review, paint: Paint): string {
  const lines = [
    `${printable(source.label)}: ${count(findings.length, "finding")} in ${count(files.length, "file")}, ${coverage.reviewedLines} of ${count(coverage.changedLines, "changed line")} reviewed`,
  ];
  if (suppressed.length > 0)
    lines.push(
      paint.dim(
        `${suppressed.length} not shown: ${tally(suppressed.map(({ by, reason }) => (by === "configuration" ? (reason ?? by) : by)))}`,
      ),
    );
  if (skipped.length > 0) lines.push(paint.dim(`${count(skipped.length, "file")} left out: ${tally(skipped.map(({ reason }) => reason))}`));
  for (const { reviewer, outcome, problems } of reviewers) {
    if (outcome !== "complete")
      lines.push(paint.yellow(`${reviewer}: ${outcome.replaceAll("-", " ")}`), ...problems.map((problem) => `  ${printable(problem)}`));
  }
  lines.push(...notices.map((notice) => paint.dim(printable(notice))));
  return `${lines.join("\n")}\n`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, number]) => `${number} ${word}`).join(", ");
}
