import { scriptLanguages } from "../../../kinds/index.ts";
import type { Rule } from "../../../rule.ts";
import { changedText, isRewrite, replacementsOf, successorOf, withoutSpace } from "../../../syntax/index.ts";
import { conditionOf, loosened } from "./conditions.ts";

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
    const { afterLines } = changedText(file);
    for (const replacement of replacementsOf(file)) {
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

/** The line itself and what it opens. */
function bodyOf(lines: readonly string[], number: number): string {
  return lines.slice(number - 1, number + 4).join("\n");
}
