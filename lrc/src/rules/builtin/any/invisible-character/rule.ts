import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";

// Zero-width space, word joiner, invisible operators, Mongolian separator, soft hyphen, Hangul fillers, a byte order mark inside the text.
const invisible = /[\u200b\u2060-\u2064\u180e\u00ad\u115f\u1160\u3164\uffa0\ufeff]/;
// Joiners shape letters of several scripts and emoji; between ASCII letters they do nothing but hide.
const joinerInWord = /[A-Za-z0-9_][\u200c\u200d][A-Za-z0-9_]/;

export const invisibleCharacter: Rule = {
  id: "any/invisible-character",
  title: "An invisible character hides in code",
  category: "security",
  subcategory: "trojan-source",
  severity: "warning",
  confidence: "high",
  languages: "any",
  cwe: [1007],

  scope: "file",
  check(file, report) {
    if (file.language === undefined || file.language === "html" || file.language === "json") return;
    const { added, afterLines } = changedText(file);
    for (const line of added) {
      const text = afterLines[line - 1] ?? "";
      const rest = line === 1 && text.startsWith("\ufeff") ? ` ${text.slice(1)}` : text;
      const found = invisible.exec(rest) ?? joinerInWord.exec(rest);
      if (found === null) continue;
      report({
        side: "new",
        startLine: line,
        endLine: line,
        startColumn: found.index + 1,
        endColumn: found.index + found[0].length + 1,
        message: "A character that nobody sees is part of this line: names that look alike differ, and texts that look equal do not match.",
        suggestion: "Remove it, or write it as an escape (\\u200b) where it is wanted.",
      });
    }
  },
};
