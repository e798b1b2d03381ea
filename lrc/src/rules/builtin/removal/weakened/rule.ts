import { scriptLanguages } from "../../../kinds/index.ts";
import type { Rule } from "../../../rule.ts";
import { changedText, replacementsOf, successorOf } from "../../../syntax/index.ts";
import { commentStart, isTestPath } from "../../../text/index.ts";
import { weakened as whyWeaker } from "./weaker.ts";

/** In a longer run of changes a line is compared with a line that is only much like it. */
const mostLines = 12;

export const weakened: Rule = {
  id: "removal/weakened",
  title: "A protection was made weaker",
  category: "security",
  subcategory: "loosened-protection",
  severity: "warning",
  confidence: "medium",
  languages: [
    ...scriptLanguages,
    "python",
    "go",
    "java",
    "csharp",
    "rust",
    "c",
    "cpp",
    "php",
    "ruby",
    "yaml",
    "terraform",
    "shell",
    "sql",
    "json",
    "html",
    "dockerfile",
  ],
  cwe: [693],

  scope: "file",
  check(file, report) {
    if (file.before === undefined || file.after === undefined || isTestPath(file.diff.path)) return;
    const { afterLines } = changedText(file);
    for (const replacement of replacementsOf(file)) {
      if (replacement.removed.length > mostLines || replacement.added.length > mostLines) continue;
      for (const line of replacement.removed) {
        const now = successorOf(line, replacement, 0.5);
        if (now === undefined || line.text.length > 500 || now.text.length > 500) continue;
        const [before, after] = [line.text, now.text].map((text) => text.slice(0, commentStart(text, file.language)).trim());
        const why = before === undefined || after === undefined ? undefined : whyWeaker(before, after);
        if (why === undefined) continue;
        // What left this line and stands beside it on one of its own was only put elsewhere.
        const { dropped } = why;
        if (
          dropped !== undefined &&
          replacement.hunk.lines.some((other) => other.kind === "added" && other !== now && other.text.includes(dropped))
        )
          continue;
        if (
          replacement.hunk.lines.some(
            (other) => other.kind === "added" && other !== now && why.unless?.test(other.text.slice(0, 500)) === true,
          )
        )
          continue;
        const { asked, beside } = why;
        if (beside !== undefined && !replacement.added.some(({ text }) => beside.test(text.slice(0, 500)))) continue;
        const isThere =
          asked === undefined
            ? undefined
            : new RegExp(`(?:\\b(?:const|let|var|if|while|return|throw)\\b|&&)[^;]*\\b${asked.replaceAll("$", "\\$")}\\b`);
        if (
          isThere !== undefined &&
          replacement.hunk.lines.some((other) => other.kind === "added" && other !== now && isThere.test(other.text.slice(0, 500)))
        )
          continue;
        const name = why.moved;
        if (name !== undefined && afterLines.some((text) => text !== now.text && text.includes(name))) continue;
        report({
          side: "new",
          startLine: now.newNumber,
          endLine: now.newNumber,
          causedByRemoval: true,
          message: why.message,
          suggestion: "If that is meant, say so where it stands; if not, restore what was there.",
        });
      }
    }
  },
};
