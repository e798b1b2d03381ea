import type { ChangedFile } from "#diff";

/** How many unchanged lines a patch shows around what it changes, so that it applies after small moves. */
const around = 3;

/**
 * A patch that replaces some lines of a file as it is after the change. It applies by construction: the lines are taken from that text. Undefined when nothing
 * would differ.
 */
export function patchFor({ diff, after }: ChangedFile, startLine: number, endLine: number, replacement: string): string | undefined {
  if (after === undefined || !/^[^\p{Cc}"\\]+$/u.test(diff.path)) return undefined;
  const endsWell = after.endsWith("\n");
  const lines = (endsWell ? after.slice(0, -1) : after).split("\n");
  if (startLine < 1 || endLine > lines.length) return undefined;
  const before = lines.slice(startLine - 1, endLine);
  const carriage = before[0]?.endsWith("\r") === true ? "\r" : "";
  const instead =
    replacement === ""
      ? []
      : replacement
          .replaceAll("\r", "")
          .replace(/\n$/, "")
          .split("\n")
          .map((line) => line + carriage);
  const indented = withIndentation(before[0] ?? "", instead);
  if (indented.join("\n") === before.join("\n")) return undefined;
  const first = Math.max(1, startLine - around);
  const last = Math.min(lines.length, endLine + around);
  const body = [
    ...lines.slice(first - 1, startLine - 1).map((line) => ` ${line}`),
    ...before.map((line) => `-${line}`),
    ...indented.map((line) => `+${line}`),
    ...lines.slice(endLine, last).map((line) => ` ${line}`),
  ];
  const reachesEnd = !endsWell && last === lines.length;
  if (reachesEnd) {
    // What ends without a line feed says so on each side.
    if (last > endLine) body.push("\\ No newline at end of file");
    else {
      const firstAdded = body.findIndex((line) => line.startsWith("+"));
      if (firstAdded < 0) return undefined;
      body.splice(firstAdded, 0, "\\ No newline at end of file");
      body.push("\\ No newline at end of file");
    }
  }
  const oldCount = last - first + 1;
  const newCount = oldCount - before.length + indented.length;
  return `--- a/${diff.path}\n+++ b/${diff.path}\n@@ -${first},${oldCount} +${newCount === 0 ? first - 1 : first},${newCount} @@\n${body.join("\n")}\n`;
}

/** A model often leaves out the space before the first line; the rest then lacks it too. */
function withIndentation(original: string, lines: readonly string[]): readonly string[] {
  const wanted = /^[ \t]*/.exec(original)?.[0] ?? "";
  const given = /^[ \t]*/.exec(lines[0] ?? "")?.[0] ?? "";
  if (wanted === given || given !== "" || wanted === "") return lines;
  return lines.map((line) => (line.trim() === "" ? line : wanted + line));
}
