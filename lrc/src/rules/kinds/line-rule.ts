import type { Language, Rule, RuleSubject } from "../rule.ts";
import { changedText } from "../syntax/index.ts";
import { commentStart } from "../text/index.ts";
import { type Advice, type Doubtful, descriptionOf, levelOf, wordsOf } from "./advice.ts";

export interface LineRule extends Advice {
  /** Tried on each added line. It must not backtrack: no nested repetition, no two neighbouring ones that match the same. */
  readonly match: RegExp | Partial<Readonly<Record<Language, RegExp>>>;
  /** A line that matches this too is all right. */
  readonly unless?: RegExp;
  /** Only files whose path matches. */
  readonly paths?: RegExp;
  /** Comments are looked at too. */
  readonly inComments?: boolean;
  /** Asked last, with the whole file at hand. `line` counts from 1. `doubtful`: it may well be all right. */
  readonly when?: (found: RegExpExecArray, line: number, lines: readonly string[], file: RuleSubject) => boolean | Doubtful;
}

/** Longer lines are data. */
const mostCharacters = 2_000;

/** A rule about single lines: for what needs no tree, and for languages that have none here. */
export function lineRule(rule: LineRule): Rule {
  return {
    ...descriptionOf(rule),
    scope: "file",
    check(file, report) {
      if (rule.paths?.test(file.diff.path) === false) return;
      const match = rule.match instanceof RegExp ? rule.match : file.language && rule.match[file.language];
      if (match === undefined) return;
      const { added, afterLines } = changedText(file);
      for (const line of added) {
        const text = afterLines[line - 1] ?? "";
        if (text.length > mostCharacters) continue;
        const found = match.exec(text);
        if (found === null || rule.unless?.test(text) === true) continue;
        if (rule.inComments !== true && found.index >= commentStart(text, file.language)) continue;
        const wrong = rule.when?.(found, line, afterLines, file);
        if (wrong === false) continue;
        const startColumn = found.index + 1;
        const place = { startLine: line, endLine: line, startColumn, endColumn: startColumn + found[0].length };
        report({ side: "new", ...place, ...wordsOf(rule), ...levelOf(wrong) });
      }
    },
  };
}
