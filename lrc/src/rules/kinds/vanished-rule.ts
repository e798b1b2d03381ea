import { addedLines, removedLines } from "#diff";
import type { Rule } from "../rule.ts";
import { isRewrite, replacementsOf, survives } from "../syntax/index.ts";
import { commentStart, isTestPath } from "../text/index.ts";
import { type Advice, descriptionOf, wordsOf } from "./advice.ts";

export interface VanishedRule extends Advice {
  /** What protects. It must not backtrack. */
  readonly words: RegExp;
  /** What may stand in its place: an added line with any of it, anywhere in the file, makes the removal a replacement. `words` always do. */
  readonly instead?: RegExp;
  /** One added line with this does the work of all that went: a construct that cannot be passed by. */
  readonly covers?: RegExp;
  readonly paths?: RegExp;
  /** Whether this removed line is one that counts. */
  readonly when?: (text: string) => boolean;
}

/** A sentence of a page of documentation that stands in the code, or one name of a list. */
const prose = /^\s*(?:\w+:\s)?[A-Za-z]\w*(?:\s[\w`'",.:[\]-]+){4,}$|^\s*["']?\w+["']?,$/;

/** A rule about something that protected, and is gone while what it protected is still there. */
export function vanishedRule(rule: VanishedRule): Rule {
  return {
    ...descriptionOf(rule),
    scope: "file",
    check(file, report) {
      if (file.after === undefined || file.before === undefined || rule.paths?.test(file.diff.path) === false) return;
      if (rule.category !== "security" && isRewrite(file)) return;
      if (isTestPath(file.diff.path) || /(^|\/)\.[^/]+$/.test(file.diff.path)) return; // settings of tools, and tests, protect nobody
      const removed = removedLines(file.diff);
      const isWord = (text: string): boolean => {
        if (text.length > 2_000 || prose.test(text)) return false;
        const found = rule.words.exec(text);
        return found !== null && found.index < commentStart(text, file.language) && rule.when?.(text) !== false;
      };
      const gone = removed.filter(({ text }) => isWord(text));
      if (gone.length === 0) return;
      const come = addedLines(file.diff).filter(({ text }) => text.length <= 2_000 && (isWord(text) || rule.instead?.test(text) === true));
      if (come.length >= gone.length || come.some(({ text }) => rule.covers?.test(text) === true)) return;
      const replacements = replacementsOf(file);
      for (const line of gone) {
        const place = replacements.find(({ removed: lines }) => lines.includes(line));
        if (place?.added.some((candidate) => come.includes(candidate)) === true || !survives(file, line.oldNumber)) continue;
        const word = rule.words.exec(line.text)![0];
        if (come.some(({ text }) => text.includes(word.trim()))) continue;
        report({ side: "old", startLine: line.oldNumber, endLine: line.oldNumber, causedByRemoval: true, ...wordsOf(rule) });
        return; // once a file: what else vanished with it is the same decision
      }
    },
  };
}
