/** The name of the line that a commit message gets. One word with a hyphen, so that Git takes it for a trailer. */
export const trailerName = "Lrc-Review";

/** What a commit message says about the review of its commit. */
export type Verdict =
  | { readonly action: "ran" | "vouched"; readonly iterations: number; readonly coveragePercent: number }
  | { readonly action: "skipped"; readonly reason: string };

/** `ran (iter:3, coverage:85%)`, `vouched (iter:1, coverage:100%)` or `skipped (merge)`. */
export function formatVerdict(verdict: Verdict): string {
  if (verdict.action === "skipped") return `skipped (${oneLine(verdict.reason)})`;
  return `${verdict.action} (iter:${verdict.iterations}, coverage:${verdict.coveragePercent}%)`;
}

/** Somebody, and no review, has said what becomes of a tree. */
export function isByHand(verdict: Verdict): boolean {
  return verdict.action === "vouched" || (verdict.action === "skipped" && verdict.reason === "by hand");
}

/** Reads what `formatVerdict` wrote; undefined for anything else. */
export function parseVerdict(text: string): Verdict | undefined {
  const ran = /^(ran|vouched) \(iter:(\d{1,6}), coverage:(100|\d{1,2})%\)$/.exec(text.trim());
  if (ran !== null) return { action: ran[1] as "ran" | "vouched", iterations: Number(ran[2]), coveragePercent: Number(ran[3]) };
  const skipped = /^skipped \((.*)\)$/.exec(text.trim());
  return skipped === null ? undefined : { action: "skipped", reason: skipped[1] ?? "" };
}

/** How the value of a line of ours begins. */
const verdicts = String.raw`(?:ran|vouched|skipped)(?= \(|\s*$)`;

const ourLine = new RegExp(`^${trailerName}[ \\t]*:[ \\t]*(${verdicts}.*)$`, "i");
/** What stands behind the action is not always there, and once said `manually`. */
const olderLine =
  /^LiveReview Pre-Commit Check:\s*(ran|skipped|vouched)(?=[\s(]|$)(?:\s+manually)?(?:\s*\(iter:\s*(\d{1,6}),\s*coverage:\s*(100|\d{1,2})%\))?/;

/** The last verdict in a commit message, ours or one that git-lrc's first incarnation wrote (`LiveReview Pre-Commit Check: …`). */
export function verdictOf(message: string): Verdict | undefined {
  for (const line of message.split(/\r?\n/).toReversed()) {
    const ours = ourLine.exec(line);
    if (ours !== null) return parseVerdict(ours[1] ?? "");
    const older = olderLine.exec(line);
    if (older !== null) {
      if (older[1] === "skipped") return { action: "skipped", reason: "by hand" };
      return { action: older[1] as "ran" | "vouched", iterations: Number(older[2] ?? 1), coveragePercent: Number(older[3] ?? 0) };
    }
  }
  return undefined;
}

/** Git takes a trailer's name for the same in capitals and small letters. Somebody who writes about our line has not written one. */
const lineOfOurs = new RegExp(`^${trailerName}[ \\t]*:[ \\t]*${verdicts}.*\\r?\\n?`, "gim");

/**
 * Whether `output` is `input` with our line in it and nothing else changed. An earlier line of ours and empty lines do not count: Git sets a block of
 * trailers apart with one.
 */
export function onlyOurLineDiffers(input: string, output: string): boolean {
  const rest = (message: string): string =>
    message
      .replaceAll(lineOfOurs, "")
      .split("\n")
      .filter((line) => line.trim() !== "")
      .join("\n");
  return rest(input) === rest(output) && (output.match(lineOfOurs)?.length ?? 0) === 1;
}

/**
 * Puts the line under a message, above what Git will cut off (comments, and everything from the scissors down): below trailers that are there, or as a
 * paragraph of its own. For messages that Git's own `interpret-trailers` would damage: the last paragraph looks like trailers and is none, or they are written
 * otherwise than Git writes them. `comment` is what comments begin with, undefined where there are none; `separators` are the signs behind the names of trailers.
 */
export function appendLine(message: string, line: string, comment: string | undefined, separators = ":"): string {
  const lines = message.replaceAll(lineOfOurs, "").split("\n");
  let end = endOfText(lines, comment);
  while (end > 0 && (lines[end - 1]!.trim() === "" || isComment(lines[end - 1]!, comment))) end -= 1;
  const tail = lines.slice(end).join("\n");
  const gap = endsWithTrailers(lines.slice(0, end), separators) ? [] : [""];
  return [...lines.slice(0, end), ...gap, line, ""].join("\n") + tail.replace(/^\n+/, "\n");
}

/** Whether the last paragraph, which is not the first, is nothing but trailers. An address is none. */
function endsWithTrailers(lines: readonly string[], separators: string): boolean {
  const start = lines.findLastIndex((line) => line.trim() === "") + 1;
  const isTrailer = (line: string): boolean => {
    const sign = /^[a-z\d-]+[ \t]*(.)(?!\/\/)/i.exec(line)?.[1];
    return sign !== undefined && separators.includes(sign);
  };
  const paragraph = lines.slice(start);
  const [first = ""] = paragraph;
  return start > 1 && isTrailer(first) && paragraph.every((line) => isTrailer(line) || /^[ \t]/.test(line));
}

/** Whether Git will take a message for empty and call the commit off: that somebody signed it off says nothing. */
export function isEmptyMessage(message: string, comment: string | undefined): boolean {
  const lines = message.split("\n");
  return lines
    .slice(0, endOfText(lines, comment))
    .every((line) => line.trim() === "" || isComment(line, comment) || line.startsWith("Signed-off-by: "));
}

/** What of a message counts: no comments, nothing below the scissors, no empty lines, no blanks at the ends of lines. */
export function withoutComments(message: string, comment: string | undefined): string {
  const lines = message.split("\n");
  return lines
    .slice(0, endOfText(lines, comment))
    .filter((line) => line.trim() !== "" && !isComment(line, comment))
    .map((line) => line.trimEnd())
    .join("\n");
}

function isComment(line: string, comment: string | undefined): boolean {
  return comment !== undefined && line.startsWith(comment);
}

/** Git cuts off everything from the scissors down. */
function endOfText(lines: readonly string[], comment: string | undefined): number {
  const scissors = lines.findIndex(
    (line) => isComment(line, comment) && line.includes("------------------------ >8 ------------------------"),
  );
  return scissors < 0 ? lines.length : scissors;
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}()\s]+/gu, " ")
    .trim()
    .slice(0, 80);
}
