import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";

const marker = /^(<{7}|>{7}|\|{7})( |$)|^={7}\r?$/;

export const conflictMarker: Rule = {
  id: "any/conflict-marker",
  title: "A conflict marker of a merge was left in the file",
  category: "correctness",
  subcategory: "merge-conflict",
  severity: "error",
  confidence: "high",
  languages: "any",

  scope: "file",
  check(file, report) {
    const { added, afterLines } = changedText(file);
    const marked = [...added].filter((line) => marker.test(afterLines[line - 1] ?? ""));
    // A row of equals signs alone underlines a title in many a text.
    if (!marked.some((line) => /^[<>]/.test(afterLines[line - 1] ?? ""))) return;
    const [first] = marked;
    if (first === undefined) return;
    report({
      side: "new",
      startLine: first,
      endLine: first,
      message: "A merge conflict was not resolved: this line is Git's mark and not part of the program.",
      suggestion: "Resolve the conflict, then remove the lines that begin with <<<<<<<, ======= and >>>>>>>.",
    });
  },
};
