import { addedLines, removedLines } from "#diff";
import { scriptLanguages } from "../../../kinds/index.ts";
import type { Rule } from "../../../rule.ts";
import { replacementsOf, withoutSpace } from "../../../syntax/index.ts";

const awaiting = /\bawait\b|\.await\b/;

export const awaitDropped: Rule = {
  id: "removal/await-dropped",
  title: "An await was dropped",
  category: "correctness",
  subcategory: "missing-await",
  severity: "error",
  confidence: "high",
  languages: [...scriptLanguages, "python", "csharp", "rust"],
  cwe: [362],

  scope: "file",
  check(file, report) {
    // What is no longer asynchronous at all waits for nothing.
    const asyncs = (lines: readonly { readonly text: string }[]): number => lines.filter(({ text }) => /\basync\b/.test(text)).length;
    if (asyncs(removedLines(file.diff)) > asyncs(addedLines(file.diff))) return;
    for (const replacement of replacementsOf(file)) {
      for (const line of replacement.removed) {
        if (line.text.length > 1_000 || !awaiting.test(line.text)) continue;
        // Passing a promise on is as good as waiting for it.
        if (/^\s*(?:return|yield)\b|=>\s*await|^\s*(?:\/\/|#|\*)|\bawait\s+(?:\w+\s*$|expect\b)/.test(line.text)) continue;
        const without = bare(line.text);
        const now = replacement.added.find(({ text }) => !awaiting.test(text) && bare(text) === without);
        if (now === undefined || /\b(?:void|Promise\.|asyncio\.(?:gather|create_task)|tokio::spawn|return)\b/.test(now.text)) continue;
        report({
          side: "new",
          startLine: now.newNumber,
          endLine: now.newNumber,
          causedByRemoval: true,
          message: "Nobody waits for this any more: what follows runs before it is done, and when it fails nobody hears.",
          suggestion: "Wait for it, or hand it to somebody who does.",
        });
      }
    }
  },
};

function bare(text: string): string {
  return withoutSpace(text.replace(/\bawait\b|\.await\b/g, "")).replace(/[();]/g, "");
}
