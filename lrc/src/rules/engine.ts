import type { ChangedFile } from "#diff";
import { builtinRules } from "./builtin/index.ts";
import { languageOf } from "./language.ts";
import { oneOfEachFact } from "./one-fact.ts";
import type { Rule, RuleChange, RuleEngine, RuleFailure, RuleOutcome, RuleReport, RuleSubject } from "./rule.ts";
import {
  cameFromElsewhere,
  changedText,
  forgetCalls,
  forgetDefinitions,
  forgetTrees,
  longestLine,
  scriptsOfPage,
  touches,
  wasThere,
} from "./syntax/index.ts";

/** What the rules of one file may take together; those that had no turn by then say so. */
const fileBudgetMs = 2_000;
/** More reports of one rule on one file help nobody. */
const mostReports = 50;
/** But each secret has to be replaced, and what is not reported is not masked. */
const mostSecrets = 1_000;
/** Thrown at a rule that has said all that is wanted of it, so that it does not look on for nothing. */
const enough = new Error("enough was said");

export interface EngineOptions {
  readonly rules?: readonly Rule[];
  /** Failures that every review has: checks that could not be understood. */
  readonly failures?: readonly RuleFailure[];
  /** Milliseconds of any steady clock. Without one no file has a budget of its own. */
  readonly now?: (() => number) | undefined;
}

/** Runs rules over a change and keeps what they say about changed lines. */
export function engineOf({ rules = builtinRules, failures: lasting = [], now = () => 0 }: EngineOptions): RuleEngine {
  return {
    rules,
    async check(files, leftOut, signal) {
      const subjects = files.map(subjectOf);
      const change = { files: subjects, leftOut };
      const reports: RuleReport[] = [];
      const failures: RuleFailure[] = [...lasting];
      const scripts = subjects.map(scriptsOfPage);
      for (const [at, subject] of subjects.entries()) {
        await breath();
        const start = now();
        for (const part of [subject, scripts[at]]) {
          if (part === undefined) continue;
          for (const rule of rules) {
            signal.throwIfAborted();
            if (rule.scope !== "file" || !applies(rule, part) || (part !== subject && applies(rule, subject))) continue;
            if (now() - start > fileBudgetMs) {
              failures.push({ ruleId: rule.id, path: subject.diff.path, reason: `the rules had ${fileBudgetMs} ms for this file` });
              continue;
            }
            await run(rule, subject.diff.path, failures, change, reports, (sink) => rule.check(part, sink, change));
          }
          forgetCalls(part);
          forgetDefinitions();
          forgetTrees(part);
        }
      }
      const ofScripts = { files: subjects.map((subject, at) => scripts[at] ?? subject), leftOut };
      for (const rule of rules) {
        signal.throwIfAborted();
        if (rule.scope !== "change") continue;
        const seen = rule.languages !== "any" && rule.languages.includes("javascript") ? ofScripts : change;
        await run(rule, undefined, failures, change, reports, (sink) => rule.checkChange(seen, sink));
      }
      const told = oneOfEachFact(reports, subjects, (id) => rules.find((rule) => rule.id === id));
      return { reports: told, failures: onceEach(failures) } satisfies RuleOutcome;
    },
  };
}

function subjectOf(file: ChangedFile): RuleSubject {
  const text = file.after ?? file.before ?? "";
  return { ...file, language: hasLongLine(text) ? undefined : languageOf(file.diff.path, text) };
}

/** Code has no such lines; what has is looked at by rules that need no language. */
function hasLongLine(text: string): boolean {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start);
    if ((end === -1 ? text.length : end) - start > longestLine) return true;
    if (end === -1) break;
    start = end + 1;
  }
  return false;
}

function applies({ languages }: Rule, { language }: RuleSubject): boolean {
  return languages === "any" || (language !== undefined && languages.includes(language));
}

/** Calls one rule, keeps what belongs to the change, and turns what it throws into its failure. */
async function run(
  rule: Rule,
  path: string | undefined,
  failures: RuleFailure[],
  change: RuleChange,
  reports: RuleReport[],
  call: (sink: (report: Omit<RuleReport, "ruleId" | "path"> & { readonly path?: string }) => void) => void | Promise<void>,
): Promise<void> {
  // A secret that came from another file is told nevertheless: from there somebody took it for gone.
  const isSecret = rule.subcategory === "exposed-secret";
  const most = isSecret ? mostSecrets : mostReports;
  let kept = 0;
  try {
    await call((said) => {
      const report: RuleReport = { ...said, ruleId: rule.id, path: said.path ?? path ?? "" };
      const subject = change.files.find(({ diff }) => diff.path === report.path);
      if ((subject !== undefined && !belongs(report, subject, change, !isSecret)) || isSaid(report, reports)) return;
      kept += 1;
      reports.push(report);
      if (kept >= most) throw enough;
    });
  } catch (error) {
    if (error === enough) return;
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
    failures.push({ ruleId: rule.id, path, reason: reason.slice(0, 300) });
  }
}

/** A report belongs to the change when it is about a changed line, and not about one that only moved. */
function belongs(report: RuleReport, subject: RuleSubject, change: RuleChange, mayMove: boolean): boolean {
  if (report.causedByRemoval === true) return true;
  const { added, removed, afterLines } = changedText(subject);
  if (report.side === "old") return touches(removed, report.startLine, report.endLine);
  const end = Math.min(report.endLine, afterLines.length);
  if (!touches(added, report.startLine, end)) return false;
  for (let line = report.startLine; line <= end; line += 1) {
    const text = afterLines[line - 1] ?? "";
    if (added.has(line) && !wasThere(subject, line, text) && !(mayMove && cameFromElsewhere(change, text))) return true;
  }
  return false;
}

function isSaid(report: RuleReport, reports: readonly RuleReport[]): boolean {
  return reports.some(
    ({ ruleId, path, side, startLine }) =>
      ruleId === report.ruleId && path === report.path && side === report.side && startLine === report.startLine,
  );
}

/** The same reason of many rules on one file is said once a file and reason. */
function onceEach(failures: readonly RuleFailure[]): readonly RuleFailure[] {
  const seen = new Set<string>();
  return failures.filter(({ path, reason }) => {
    const key = `${path}\u0000${reason}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

/** Lets a signal be raised between files: whoever aborts needs a turn. */
function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
