import { type Finding, printable, type Review, type ReviewSummary } from "#review";
import type { Report } from "./report.ts";

/** For a comment on a pull request or a page of a wiki. */
export const markdown: Report = (review) =>
  `${[heading(review), ...review.findings.map(section), ...overview(review.summary), ...footer(review)].join("\n\n")}\n`;

function overview(summary: ReviewSummary | undefined): readonly string[] {
  if (summary === undefined) return [];
  const { title, overview, highlights, impact, risks } = summary;
  const lists = Object.entries({ Highlights: highlights, Impact: impact, Risks: risks })
    .filter(([, texts]) => texts.length > 0)
    .map(([name, texts]) => `**${name}**\n\n${texts.map((text) => `- ${escaped(text)}`).join("\n")}`);
  return [`### ${escaped(title)}`, escaped(overview), ...lists];
}

function heading({ source, findings, files, coverage }: Review): string {
  const found = findings.length === 0 ? "Nothing found" : `${findings.length} ${findings.length === 1 ? "finding" : "findings"}`;
  return `## Review of ${escaped(source.label)}\n\n${found} in ${files.length} ${files.length === 1 ? "file" : "files"}; ${coverage.reviewedLines} of ${coverage.changedLines} changed lines reviewed.`;
}

function section({ severity, path, side, startLine, title, ruleId, message, suggestion, excerpt }: Finding): string {
  const parts = [
    `### ${severity}: ${escaped(title)}`,
    `${code(`${path}:${startLine}`)}${side === "old" ? " (removed)" : ""}, rule ${code(ruleId)}`,
    escaped(message),
  ];
  if (excerpt.lines.length > 0) parts.push(block(excerpt.lines.map(printable).join("\n")));
  if (suggestion !== undefined) parts.push(escaped(suggestion));
  return parts.join("\n\n");
}

function footer({ suppressed, skipped, reviewers, notices }: Review): readonly string[] {
  const lines = [
    ...reviewers.filter(({ outcome }) => outcome !== "complete").map(({ reviewer, outcome }) => `${reviewer}: ${outcome}`),
    ...reviewers.flatMap(({ problems }) => problems),
    ...notices,
    ...skipped.map(({ path, reason, detail }) => `Left out: ${path} (${reason}${detail === undefined ? "" : `, ${detail}`})`),
    ...(suppressed.length === 0 ? [] : [`${suppressed.length} suppressed`]),
  ];
  return lines.length === 0 ? [] : [lines.map((line) => `- ${escaped(line)}`).join("\n")];
}

/** Nothing that a text holds is taken for markup, a mention or a link. */
function escaped(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/[\\`*_{}[\]()#+!|>~-]/g, "\\$&")
    .replaceAll("@", "@\u2060")
    .replaceAll("://", ":\u2060//");
}

function code(text: string): string {
  const shown = printable(text).replaceAll("\n", " ");
  const fence = "`".repeat(longestRun(shown) + 1);
  return `${fence} ${shown} ${fence}`;
}

function block(text: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}\n${text}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
