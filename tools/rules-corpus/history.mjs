/**
 * `node tools/rules-corpus/history.mjs GITDIR COUNT [--all] [--revert] [--grep PATTERN] [--removals]`: what the rules would have said about the newest COUNT commits (without merges) of a
 * clone: each finding of the default severity and confidence. `--all` also takes what is hidden
 * unless somebody asks for it. With `--revert` each commit is turned around: what a fix added is taken away again, and the
 * number of commits with a finding caused by a removal is what is asked for. `--grep` takes only commits whose subject matches, `--removals` counts
 * only findings about what is gone.
 */
import { gitLog } from "./git-log.mjs";
import { rulesOfNow } from "./rules-of-now.mjs";

const [gitDirectory = "", count = "0", ...options] = process.argv.slice(2);
if (gitDirectory === "" || !(Number(count) > 0)) {
  process.stderr.write("history.mjs GITDIR COUNT [--all] [--revert] [--grep PATTERN]\n");
  process.exit(2);
}
const turned = options.includes("--revert");
const subject = options.includes("--grep") ? new RegExp(options[options.indexOf("--grep") + 1] ?? "", "i") : undefined;
const code = /\.(?:[cm]?[jt]sx?|py|go|java|rs|rb|php|cs|c|h|cc|cpp|hpp)$/;

const { createRuleEngine, parseUnifiedDiff, reasonToSkipText, reasonToSkip, IgnoreList } = await rulesOfNow();
const engine = createRuleEngine();
const descriptions = new Map(engine.rules.map((rule) => [rule.id, rule]));
const nothingIgnored = new IgnoreList(new Map());

let commits = 0;
let flagged = 0;
let findings = 0;
for (const { revision, said, sections } of gitLog(gitDirectory, {
  reverse: turned,
  most: subject === undefined && !turned ? Number(count) : undefined,
  wanted: (commit) =>
    subject?.test(commit.said) !== false &&
    (!turned || isSmallFix(commit.sections.map(({ patch }) => patch))) &&
    commit.sections.length <= 300,
})) {
  commits += 1;
  const files = [];
  for (const { patch, before, after } of sections) {
    const [diff] = parseUnifiedDiff(patch);
    if (diff === undefined || (before ?? after) === undefined || reasonToSkipText(after ?? before ?? "") !== undefined) continue;
    const { path, kind, addedCount, removedCount } = diff;
    const sizeBytes = Math.max(before?.length ?? 0, after?.length ?? 0);
    if (reasonToSkip({ path, kind, addedLines: addedCount, removedLines: removedCount, sizeBytes }, nothingIgnored) !== undefined) continue;
    files.push({ diff, before, after });
  }
  const { reports } = await engine.check(files, [], new AbortController().signal);
  const shown = reports.filter((report) => {
    const rule = descriptions.get(report.ruleId);
    return (
      (options.includes("--all") ||
        ((report.severity ?? rule?.severity) !== "info" && (report.confidence ?? rule?.confidence) !== "low")) &&
      (!(turned || options.includes("--removals")) || report.causedByRemoval || report.side === "old")
    );
  });
  findings += shown.length;
  if (shown.length > 0) flagged += 1;
  for (const { ruleId, path, startLine, side } of shown) {
    const file = files.find(({ diff }) => diff.path === path);
    const source = ((side === "old" ? file?.before : file?.after) ?? "").split("\n")[startLine - 1] ?? "";
    process.stdout.write(`${revision.slice(0, 9)} ${ruleId} ${path}:${startLine} ${source.trim().slice(0, 120)}\n`);
  }
  if (turned && shown.length === 0) process.stdout.write(`${revision.slice(0, 9)} - ${said.slice(0, 90)}\n`);
  if (commits >= Number(count)) break;
}
process.stdout.write(`${commits} commits, ${flagged} with findings, ${findings} findings\n`);

/** A change of one or two source files that adds a check and little else; the patches are turned around. @param {string[]} patches */
function isSmallFix(patches) {
  const sources = patches.filter((patch) => {
    const path = /^diff --git "?a\/(.*?)"? "?b\//.exec(patch)?.[1] ?? "";
    return code.test(path) && !/(^|\/)(tests?|__tests__|specs?|docs?|examples?)\/|[._-]test\.|[._-]spec\.|test_|_test\./.test(path);
  });
  if (sources.length < 1 || sources.length > 2 || patches.length > 8) return false;
  const lines = sources
    .flatMap((patch) => patch.slice(patch.indexOf("\n@@")).split("\n"))
    .map((line) => line.replace(/^[+-]/, (sign) => (sign === "+" ? "-" : "+")));
  const added = lines.filter((line) => /^\+[^+]/.test(line) && /\w/.test(line) && !/^\+\s*(?:\/\/|#|\*|\/\*)/.test(line));
  const removed = lines.filter((line) => /^-[^-]/.test(line) && /\w/.test(line));
  if (added.length < 1 || added.length > 8 || removed.length > 2) return false;
  const conditions = /^[+-]\s*\}?\s*(?:if|elif|else if|unless|assert\w*|while)\b/;
  // A whole check that is new, with nothing beside it; or a condition that asks more than before.
  if (removed.length === 0)
    return (
      added.length <= 6 &&
      added.some((line) => conditions.test(line)) &&
      added.every(
        (line) =>
          conditions.test(line) ||
          /\b(?:throw|raise|return|panic|abort|continue|break|exit|err|error|Errorf?|next)\b|^\+\s*["'`][^"'`]*["'`][,)]*;?\s*$|^\+\s*[\])}]/.test(
            line,
          ),
      )
    );
  const [old] = removed;
  const now = added.find((line) => conditions.test(line));
  return (
    removed.length === 1 &&
    added.length === 1 &&
    old !== undefined &&
    now !== undefined &&
    conditions.test(old) &&
    now.length > old.length &&
    /&&|\band\b/.test(now) &&
    !/&&|\band\b/.test(old)
  );
}
