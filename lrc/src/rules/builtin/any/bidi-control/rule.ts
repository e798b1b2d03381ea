import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";

const control = /[\u202a-\u202e\u2066-\u2069]/;
const prose = /\.(md|mdx|txt|rst|adoc|po|pot|xlf|xliff|arb|strings|resx|html?|json)$/i;

export const bidiControl: Rule = {
  id: "any/bidi-control",
  title: "A bidirectional control character makes code read otherwise than it runs",
  category: "security",
  subcategory: "trojan-source",
  severity: "error",
  confidence: "high",
  languages: "any",
  cwe: [1007],

  scope: "file",
  check(file, report) {
    if (prose.test(file.diff.path)) return;
    const { added, afterLines } = changedText(file);
    for (const line of added) {
      const found = control.exec(afterLines[line - 1] ?? "");
      if (found === null) continue;
      const code = found[0].codePointAt(0)!.toString(16).toUpperCase();
      report({
        side: "new",
        startLine: line,
        endLine: line,
        startColumn: found.index + 1,
        endColumn: found.index + 2,
        message: `U+${code} changes the direction of what follows: readers see the characters of this line in another order than the compiler does.`,
        suggestion: "Remove it, or write it as an escape if a text really needs it.",
      });
    }
  },
};
