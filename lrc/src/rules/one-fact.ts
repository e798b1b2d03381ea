import { anchorOf } from "#diff";
import type { RuleDescription, RuleReport, RuleSubject } from "./rule.ts";
import { confidences, severities } from "./rule.ts";
import { replacementsOf, successorOf } from "./syntax/index.ts";

/**
 * Reports without those that tell of a check that is gone what another tells too: `if (!isAdmin(user)) throw …` is a guard and a question of who may, and one
 * removal. What is said with more weight stays; of the same weight what says what is there now, and then what was said first.
 */
export function oneOfEachFact(
  reports: readonly RuleReport[],
  subjects: readonly RuleSubject[],
  ruleOf: (id: string) => RuleDescription | undefined,
): readonly RuleReport[] {
  if (!reports.some(isAboutRemoval) || reports.length < 2) return reports;
  const weight = (report: RuleReport): number =>
    severities.indexOf(report.severity ?? ruleOf(report.ruleId)?.severity ?? "info") * confidences.length +
    confidences.indexOf(report.confidence ?? ruleOf(report.ruleId)?.confidence ?? "low");
  const dropped = new Set<RuleReport>();
  for (const subject of subjects) {
    const own = reports.filter(({ path }) => path === subject.diff.path);
    for (const [at, report] of own.entries()) {
      if (!isAboutRemoval(report)) continue;
      const says = (other: RuleReport, place: number): boolean => {
        if (other === report || dropped.has(other) || other.ruleId === report.ruleId || !isSameFact(report, other, subject)) return false;
        const difference = weight(report) - weight(other);
        return difference > 0 || (difference === 0 && (!isAboutRemoval(other) || place < at));
      };
      if (own.some(says)) dropped.add(report);
    }
  }
  return reports.filter((report) => !dropped.has(report));
}

function isAboutRemoval({ ruleId }: RuleReport): boolean {
  return ruleId.startsWith("removal/");
}

function isSameFact(one: RuleReport, other: RuleReport, subject: RuleSubject): boolean {
  if (one.side === other.side) return one.startLine <= other.endLine && other.startLine <= one.endLine;
  const [old, now] = one.side === "old" ? [one, other] : [other, one];
  const place = replacementsOf(subject).find(({ removed }) =>
    removed.some(({ oldNumber }) => oldNumber >= old.startLine && oldNumber <= old.endLine),
  );
  if (place === undefined) return false;
  // What stood in a catch that is empty now.
  if (now.ruleId === "removal/catch-emptied") {
    const anchor = anchorOf(subject.diff, old.startLine, Number.MAX_SAFE_INTEGER);
    if (anchor > now.startLine && anchor <= now.endLine + 2) return true;
  }
  // A line and what became of it.
  return place.removed.some(
    (line) =>
      line.oldNumber >= old.startLine &&
      line.oldNumber <= old.endLine &&
      successorNumber(line, place) >= now.startLine &&
      successorNumber(line, place) <= now.endLine,
  );
}

function successorNumber(line: Parameters<typeof successorOf>[0], place: Parameters<typeof successorOf>[1]): number {
  if (place.removed.length === 1 && place.added.length === 1) return place.added[0]!.newNumber;
  return successorOf(line, place)?.newNumber ?? -1;
}
