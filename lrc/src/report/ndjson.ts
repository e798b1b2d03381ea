import { jsonText } from "./json-text.ts";
import type { Report } from "./report.ts";

/**
 * One event a line, for agents and scripts that read along: `start`, then a `finding` each, a `summary` where a model made one, what was `suppressed` and `skipped`, `reviewer` and
 * `notice` lines, and `end` with the totals. Unknown events are to be passed over.
 */
export const ndjson: Report = (review) => {
  const { source, findings, summary, suppressed, skipped, reviewers, notices, files, coverage, complete, durationMs } = review;
  const events = [
    { event: "start", version: 1, source },
    ...findings.map((finding) => ({ event: "finding", ...finding })),
    ...(summary === undefined ? [] : [{ event: "summary", ...summary }]),
    ...suppressed.map((entry) => ({ event: "suppressed", ...entry })),
    ...skipped.map((file) => ({ event: "skipped", ...file })),
    ...reviewers.map((run) => ({ event: "reviewer", ...run })),
    ...notices.map((notice) => ({ event: "notice", notice })),
    { event: "end", complete, findings: findings.length, suppressed: suppressed.length, files: files.length, coverage, durationMs },
  ];
  return events.map((event) => `${jsonText(event)}\n`).join("");
};
