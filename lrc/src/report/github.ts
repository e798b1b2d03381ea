import { type Finding, printable } from "#review";
import type { Report } from "./report.ts";

/** Workflow commands of GitHub Actions: each line becomes an annotation on the change. */
export const github: Report = ({ findings, reviewers }) =>
  [
    ...findings.map(annotation),
    ...reviewers.flatMap(({ reviewer, problems }) => problems.map((problem) => `::notice title=${property(reviewer)}::${data(problem)}`)),
    "",
  ].join("\n");

const commands = { critical: "error", error: "error", warning: "warning", info: "notice" } as const;

function annotation({
  severity,
  path,
  side,
  startLine,
  endLine,
  startColumn,
  endColumn,
  anchorLine,
  ruleId,
  title,
  message,
  suggestion,
}: Finding): string {
  const isOld = side === "old";
  const place: [string, string | number][] = [["file", path]];
  place.push(["line", Math.max(1, isOld ? anchorLine : startLine)]);
  if (!isOld) place.push(["endLine", endLine]);
  // Columns are only understood within one line.
  if (!isOld && startLine === endLine && startColumn !== undefined) place.push(["col", startColumn]);
  if (!isOld && startLine === endLine && endColumn !== undefined) place.push(["endColumn", endColumn]);
  place.push(["title", `${title} (${ruleId})`]);
  const properties = place.map(([name, value]) => `${name}=${property(String(value))}`).join(",");
  return `::${commands[severity]} ${properties}::${data(suggestion === undefined ? message : `${message}\n${suggestion}`)}`;
}

function data(text: string): string {
  return printable(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
