import { addedLines, anchorOf, removedLines } from "#diff";
import { scriptLanguages } from "../../../kinds/index.ts";
import type { Rule } from "../../../rule.ts";
import { changedText, emptyCatchesOf, linesOf } from "../../../syntax/index.ts";
import { commentStart } from "../../../text/index.ts";

export const catchEmptied: Rule = {
  id: "removal/catch-emptied",
  title: "What handled an error was removed",
  category: "reliability",
  subcategory: "swallowed-error",
  severity: "warning",
  confidence: "high",
  languages: [...scriptLanguages, "python", "java", "csharp", "php", "ruby", "cpp"],
  cwe: [390, 391],

  scope: "file",
  check(file, report) {
    if (file.before === undefined || file.after === undefined || file.diff.removedCount === 0) return;
    if (!/catch|except|rescue/.test(file.after)) return;
    const code = (text: string): string => text.slice(0, commentStart(text, file.language)).trim();
    const come = new Set(addedLines(file.diff).map(({ text }) => code(text)));
    const gone = removedLines(file.diff).filter(({ text }) => /\w/.test(code(text)) && !come.has(code(text)));
    const anchors = gone.map(({ oldNumber }) => anchorOf(file.diff, oldNumber, changedText(file).afterLines.length));
    for (const node of emptyCatchesOf(file)) {
      const { startLine, endLine } = linesOf(node);
      const lost = anchors.some((anchor) => anchor > startLine && anchor <= endLine + 1);
      if (!lost || file.before.includes(node.text())) continue;
      report({
        side: "new",
        startLine,
        endLine: startLine,
        causedByRemoval: true,
        message: "The error that was handled here is now thrown away: whoever waits for the result never learns that there is none.",
        suggestion: "Handle it, pass it on, or say in a comment why it may be ignored.",
      });
    }
  },
};
