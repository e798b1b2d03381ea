import { addedLines, removedLines } from "#diff";
import type { Rule, RuleSubject } from "../rule.ts";
import {
  isKept,
  isMoved,
  isRewrite,
  isSaidBy,
  isTakenOver,
  isWithinText,
  type RemovedLine,
  type Replacement,
  replacementsOf,
  survives,
} from "../syntax/index.ts";
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
  /** Whether what the line protected went with it. */
  readonly isNeedless?: (line: RemovedLine, place: Replacement, file: RuleSubject) => boolean;
}

const mostFiles = 4;

/** What vanished beyond that is told by what is looked at. */
const mostLines = 40;
/** In a text of many lines only what is written in another language protects: a query, an attribute, a setting. */
const ofText = /^(?:LIMIT|FOR UPDATE|NOT NULL|CHECK|FOREIGN|BEGIN|START)|=|-/;

/** A sentence of a page of documentation that stands in the code, or one name of a list. */
const prose = /^\s*(?:\w+:\s)?[A-Za-z]\w*(?:\s[\w`'",.:[\]-]+){4,}$|^\s*["']?\w+["']?,$/;

/** Whether a line holds a regular expression: what it speaks of it only looks for. */
function isPattern(text: string): boolean {
  return (text.match(/\\[bswdBSWD(.[]/g)?.length ?? 0) > 3;
}

/** A rule about something that protected, and is gone while what it protected is still there. */
export function vanishedRule(rule: VanishedRule): Rule {
  return {
    ...descriptionOf(rule),
    scope: "file",
    check(file, report, change) {
      if (file.after === undefined || file.before === undefined || rule.paths?.test(file.diff.path) === false) return;
      if (rule.category !== "security" && isRewrite(file)) return;
      if (isTestPath(file.diff.path) || /(^|\/)\.[^/]+$/.test(file.diff.path)) return; // settings of tools, and tests, protect nobody
      const removed = removedLines(file.diff);
      const isWord = (text: string): boolean => {
        if (text.length > 2_000 || prose.test(text) || isPattern(text)) return false;
        const found = rule.words.exec(text);
        return found !== null && found.index < commentStart(text, file.language) && rule.when?.(text) !== false;
      };
      const gone = removed.filter(({ text }) => isWord(text));
      if (gone.length === 0) return;
      const come = addedLines(file.diff).filter(({ text }) => text.length <= 2_000 && (isWord(text) || rule.instead?.test(text) === true));
      if (come.length >= gone.length || come.some(({ text }) => rule.covers?.test(text) === true)) return;
      // The same line of many files is a decision about all of them.
      const isOfSweep = (text: string): boolean =>
        change.files.length > mostFiles &&
        change.files.filter(({ diff }) => removedLines(diff).some((line) => line.text.trim() === text.trim())).length > mostFiles;
      const replacements = replacementsOf(file);
      for (const line of gone.slice(0, mostLines)) {
        const place = replacements.find(({ removed: lines }) => lines.includes(line))!;
        const word = rule.words.exec(line.text)![0].trim();
        if (isOfSweep(line.text) || place.added.some((candidate) => candidate.text.includes(word) || come.includes(candidate))) continue;
        if (place.added.some(({ text }) => isSaidBy(file, line.text, text))) continue;
        if (come.some(({ text }) => text.includes(word)) || !survives(file, line.oldNumber)) continue;
        if (isMoved(change, line.text) || (change.files.length > 1 && isKept(change, word))) continue;
        if (isTakenOver(change, place, (text) => rule.words.test(text)) || rule.isNeedless?.(line, place, file) === true) continue;
        if (!ofText.test(word) && isWithinText(file, line.oldNumber)) continue;
        report({ side: "old", startLine: line.oldNumber, endLine: line.oldNumber, causedByRemoval: true, ...wordsOf(rule) });
        return; // once a file: what else vanished with it is the same decision
      }
    },
  };
}
