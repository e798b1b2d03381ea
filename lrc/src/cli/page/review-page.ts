import type { Hunk, Line, Side } from "#diff";
import type { Finding, Review, ReviewInput, ReviewProgress, ReviewSummary } from "#review";
import type { LivePage, PageAnswer, PageFile, PageFinding, ReviewPage } from "#web";

/** What is known before anything was looked at. */
export function emptyReviewPage(known: Pick<ReviewPage, "version" | "repository" | "branch" | "source" | "agents">): ReviewPage {
  return {
    kind: "review",
    ...known,
    phase: "reviewing",
    legal: [],
    outcome: undefined,
    message: undefined,
    files: [],
    findings: [],
    suppressed: [],
    skipped: [],
    reviewers: [],
    notices: [],
    coverage: { reviewedLines: 0, changedLines: 0 },
    iterations: [],
    model: undefined,
    summary: undefined,
    events: [],
  };
}

/** What is going to be reviewed: names and numbers. Its lines are shown once it is known which of them hold secrets. */
export function showInput(page: LivePage<ReviewPage>, input: ReviewInput): void {
  const changedLines = input.files.reduce((sum, { diff }) => sum + diff.addedCount + diff.removedCount, 0);
  page.update({
    files: pageFiles(input, undefined),
    skipped: input.skipped,
    notices: input.notices ?? [],
    coverage: { reviewedLines: 0, changedLines },
  });
}

/** The lines of the change, with what was found to be a secret masked as in the findings. */
export function showLines(page: LivePage<ReviewPage>, input: ReviewInput, findings: readonly Finding[]): void {
  page.update({ files: pageFiles(input, maskedLines(findings)) });
}

/** What some reviewers have said while others still look. */
export function showProgress(page: LivePage<ReviewPage>, { findings, suppressed, reviewers }: ReviewProgress): void {
  page.update({ findings: findings.map(pageFinding), suppressed, reviewers });
}

/** What came of it. */
export function showReview(
  page: LivePage<ReviewPage>,
  review: Review,
  iteration?: { readonly number: number; readonly coverage: number },
): void {
  const { findings, suppressed, skipped, reviewers, notices, coverage } = review;
  const { iterations } = page.state;
  page.update({
    findings: findings.map(pageFinding),
    suppressed,
    skipped,
    reviewers,
    notices,
    coverage,
    summary: slidesOf(review.summary),
    iterations:
      iteration === undefined
        ? iterations
        : [
            ...iterations.filter(({ number }) => number !== iteration.number),
            { number: iteration.number, findings: findings.length, coveragePercent: iteration.coverage },
          ],
  });
}

/** Adds a line to the event log. */
export function note(page: LivePage<ReviewPage>, time: number, text: string): void {
  page.update({ events: [...page.state.events, { time, text }].slice(-500) });
}

const outcomes: Readonly<Record<PageAnswer, string>> = {
  commit: "Accepted: the commit goes on.",
  "commit-push": "Accepted: the commit goes on, and the push after it.",
  vouch: "Vouched for.",
  skip: "Skipped.",
  abort: "The commit is stopped.",
};

export function showDecision(page: LivePage<ReviewPage>, answer: PageAnswer): void {
  page.update({ phase: "decided", legal: [], outcome: outcomes[answer] });
}

export function pageFinding(finding: Finding): PageFinding {
  return { ...finding, canApply: finding.patch !== undefined, isSettled: true };
}

/** A model's words about the change, where one was asked for them. */
function slidesOf(summary: ReviewSummary | undefined): ReviewPage["summary"] {
  if (summary === undefined) return undefined;
  const { title, overview, highlights, impact, risks } = summary;
  const slides = [
    { heading: "Overview", points: [overview] },
    { heading: "Technical highlights", points: highlights },
    { heading: "Impact", points: impact },
    { heading: "Risks", points: risks },
  ];
  return { title, slides: slides.filter(({ points }) => points.some((point) => point !== "")) };
}

/** What is not shown among the findings may be a secret all the same. */
export function everything({ findings, suppressed }: Pick<Review, "findings" | "suppressed">): readonly Finding[] {
  return [...findings, ...suppressed.map(({ finding }) => finding)];
}

type MaskedLines = ReadonlyMap<string, string>;

const lineName = (path: string, side: Side, number: number): string => `${side} ${number} ${path}`;

function maskedLines(findings: readonly Finding[]): MaskedLines {
  const lines = new Map<string, string>();
  for (const { ruleId, path, side, startLine, endLine, excerpt } of findings) {
    if (!ruleId.startsWith("secret/")) continue;
    for (let number = startLine; number <= endLine; number += 1) {
      // What is too long for the excerpt is not shown at all.
      lines.set(lineName(path, side, number), excerpt.lines[number - excerpt.firstLine] ?? "[masked]");
    }
  }
  return lines;
}

function pageFiles({ files, skipped }: ReviewInput, masked: MaskedLines | undefined): readonly PageFile[] {
  return [
    ...files.map(
      ({ diff: { path, oldPath, status, addedCount, removedCount, hunks } }): PageFile => ({
        path,
        oldPath,
        status,
        addedLines: addedCount,
        removedLines: removedCount,
        hunks: masked === undefined ? "" : hunks.map((hunk) => hunkText(hunk, path, masked)).join(""),
      }),
    ),
    ...skipped.map(
      ({ path, addedLines, removedLines }): PageFile => ({
        path,
        oldPath: undefined,
        status: "left out",
        addedLines,
        removedLines,
        hunks: "",
      }),
    ),
  ];
}

function hunkText({ oldStart, oldCount, newStart, newCount, lines }: Hunk, path: string, masked: MaskedLines): string {
  const text = lines.map((line) => {
    const instead =
      line.kind === "removed" ? masked.get(lineName(path, "old", line.oldNumber)) : masked.get(lineName(path, "new", line.newNumber));
    // A lone carriage return would end the line for whoever parses this.
    return `${signs[line.kind]}${(instead ?? line.text).replaceAll("\r", "")}\n`;
  });
  return `@@ -${oldStart},${oldCount} +${newStart},${newCount} @@\n${text.join("")}`;
}

const signs: Readonly<Record<Line["kind"], string>> = { context: " ", added: "+", removed: "-" };
