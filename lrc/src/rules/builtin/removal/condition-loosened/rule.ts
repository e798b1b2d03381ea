import { scriptLanguages } from "../../../kinds/index.ts";
import type { Rule } from "../../../rule.ts";
import {
  changedText,
  isRewrite,
  type RemovedLine,
  type Replacement,
  replacementsOf,
  successorOf,
  withoutSpace,
} from "../../../syntax/index.ts";
import { isTestPath } from "../../../text/index.ts";
import { asksWho, conditionOf, loosened } from "./conditions.ts";

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
  check(file, report) {
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
        const why = loosened(before, after, bodyOf(afterLines, now.newNumber));
        if (why === undefined) continue;
        if (why.turned === true && replacement.hunk.lines.filter(({ kind }) => kind === "added").length > 1) continue;
        // A part that moved into a condition of its own is still asked.
        if (
          why.dropped !== undefined &&
          replacement.hunk.lines.some((other) => other.kind === "added" && other !== now && withoutSpace(other.text).includes(why.dropped!))
        )
          continue;
        report({
          side: "new",
          startLine: now.newNumber,
          endLine: now.newNumber,
          causedByRemoval: true,
          message: why.message,
          suggestion: "If that is meant, say so where it stands; if not, restore the condition.",
        });
      }
    }
  },
};

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
  return lines.slice(number - 1, number + 4).join("\n");
}
