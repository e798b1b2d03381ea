import { scriptLanguages } from "../../../kinds/index.ts";
import type { Rule, RuleChange, RuleSubject } from "../../../rule.ts";
import {
  changedText,
  isKept,
  isMoved,
  isRewrite,
  isRootedOut,
  isTakenOver,
  namesIn,
  type RemovedLine,
  type Replacement,
  replacementsOf,
  successorOf,
  wasThere,
  withoutSpace,
} from "../../../syntax/index.ts";
import { isTestPath } from "../../../text/index.ts";
import { asksWho, conditionOf, type Loosened, loosened, spelledAlike } from "./conditions.ts";
import { rewrittenConditions } from "./written.ts";

export const conditionLoosened: Rule = {
  id: "removal/condition-loosened",
  title: "A condition lets more through than before",
  category: "correctness",
  subcategory: "loosened-condition",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "rust", "c", "cpp", "php", "ruby"],
  cwe: [697, 863],

  scope: "file",
  check(file, report, change) {
    if (isRewrite(file)) return;
    const { afterLines, beforeLines } = changedText(file);
    for (const replacement of replacementsOf(file)) {
      const opened = unwrappedBranch(replacement, beforeLines);
      if (opened !== undefined && !isTestPath(file.diff.path) && !afterLines.some((text) => withoutSpace(text).includes(opened.condition)))
        report({
          side: "old",
          startLine: opened.line.oldNumber,
          endLine: opened.line.oldNumber,
          causedByRemoval: true,
          message: "What was done only under this condition is done always now.",
          suggestion: "Put the condition back, or show where it is asked now.",
        });
      // In a rewrite no line is another's successor.
      if (replacement.removed.length > mostLines || replacement.added.length > mostLines) continue;
      for (const line of replacement.removed) {
        const before = conditionOf(line.text);
        if (before === undefined) continue;
        const now = successorOf(line, replacement, 0.2);
        const after = now === undefined ? undefined : conditionOf(now.text);
        if (now === undefined || after === undefined || after.keyword !== before.keyword) continue;
        if (isMoved(change, line.text) || wasThere(file, now.newNumber, now.text)) continue;
        const why = loosened(before, after, bodyOf(afterLines, now.newNumber));
        if (why === undefined) continue;
        if (why.turned === true && replacement.hunk.lines.filter(({ kind }) => kind === "added").length > 1) continue;
        const at = {
          old: { startLine: line.oldNumber, endLine: line.oldNumber },
          new: { startLine: now.newNumber, endLine: now.newNumber },
        };
        if (isAskedElsewhere(file, change, why, replacement, at)) continue;
        report({ side: "new", ...at.new, causedByRemoval: true, message: why.message, suggestion });
      }
    }
    const rewritten = rewrittenConditions(file);
    const [bareBefore, bareAfter] = rewritten.length === 0 ? ["", ""] : [spelledAlike(file.before ?? ""), spelledAlike(file.after ?? "")];
    for (const { before, after, hunk } of rewritten) {
      // A function that stands in another place now took its conditions along.
      const asked = before.condition.text;
      if (bareAfter.split(asked).length >= bareBefore.split(asked).length) continue;
      const why = loosened(before.condition, after.condition, after.body);
      if (why === undefined || why.turned === true) continue;
      const place = {
        hunk,
        removed: hunk.lines.filter((line) => line.kind === "removed"),
        added: hunk.lines.filter((line) => line.kind === "added"),
      };
      const at = { old: before, new: after };
      if (place.added.length > mostLines || place.removed.length > mostLines || isAskedElsewhere(file, change, why, place, at)) continue;
      report({ side: "new", startLine: after.startLine, endLine: after.endLine, causedByRemoval: true, message: why.message, suggestion });
    }
  },
};

const suggestion = "If that is meant, say so where it stands; if not, restore the condition.";

interface Lines {
  readonly startLine: number;
  readonly endLine: number;
}

/** Whether what a condition no longer asks is asked beside it, or what it asks now was asked beside it before. */
function isAskedElsewhere(
  file: RuleSubject,
  change: RuleChange,
  { dropped, came }: Loosened,
  place: Replacement,
  at: { readonly old: Lines; readonly new: Lines },
): boolean {
  const { lines } = place.hunk;
  const within = ({ startLine, endLine }: Lines, number: number): boolean => number >= startLine && number <= endLine;
  if (dropped !== undefined) {
    const alike = (text: string): string => withoutSpace(text).replace(/([!=]=)=/g, "$1");
    const bare = alike(dropped).replace(/^!(?!=)/, "");
    const others = lines.filter((line) => line.kind === "added" && !within(at.new, line.newNumber));
    // A part that moved into a condition of its own, or the opposite of which is asked first, is still asked.
    if (others.some(({ text }) => alike(text).includes(bare))) return true;
    // Or it is asked in other words: the same thing is compared with something else.
    const [left = ""] = bare.split(/[<>=!]=?/);
    if (left.length > 3 && others.some(({ text }) => conditionOf(text) !== undefined && alike(text).includes(left))) return true;
    const now = lines.filter((line) => line.kind !== "removed" && within(at.new, line.newNumber));
    const [word] = (dropped.match(/[A-Za-z]\w{7,}/g) ?? []).toSorted((one, other) => other.length - one.length);
    if (word !== undefined && !now.some(({ text }) => text.includes(word)) && isKept(change, word)) return true;
    if (isRootedOut(file, namesIn(dropped), at.old)) return true;
    return isTakenOver(change, place, (text) => alike(text).includes(bare));
  }
  // Two conditions became one.
  return (
    came !== undefined &&
    lines.some((line) => line.kind === "removed" && !within(at.old, line.oldNumber) && withoutSpace(line.text).includes(came))
  );
}

const mostLines = 12;
const nothing = /!==?(?:null|undefined)\b|!=nil\b|isnotNone|!=\s*NULL/;

/** A condition of a run of changes that is gone while what it opened goes on, further to the left. */
function unwrappedBranch(
  { removed, added }: Replacement,
  beforeLines: readonly string[],
): { line: RemovedLine; condition: string } | undefined {
  if (removed.length > mostLines || added.length === 0 || added.some(({ text }) => conditionOf(text) !== undefined)) return undefined;
  for (const line of removed) {
    const condition = conditionOf(line.text);
    if (
      condition === undefined ||
      !/^(?:if|unless)$/.test(condition.keyword) ||
      !(asksWho.test(condition.text) || nothing.test(condition.text))
    )
      continue;
    const inner = beforeLines[line.oldNumber] ?? "";
    const now = added.find(({ text }) => text.trim() === inner.trim() && text.trim() !== "");
    if (now !== undefined && indentation(now.text) < indentation(inner)) return { line, condition: condition.text };
  }
  return undefined;
}

function indentation(text: string): number {
  return text.length - text.trimStart().length;
}

/** The line itself and what it opens. */
function bodyOf(lines: readonly string[], number: number): string {
  return lines.slice(number - 1, number + 7).join("\n");
}
