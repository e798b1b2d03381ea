import { addedNumbers, removedNumbers } from "#diff";
import type { RuleSubject } from "../rule.ts";

interface ChangedText {
  readonly added: ReadonlySet<number>;
  readonly removed: ReadonlySet<number>;
  readonly afterLines: readonly string[];
  readonly beforeLines: readonly string[];
}

const changes = new WeakMap<RuleSubject, ChangedText>();

/** Both texts as lines with the numbers of what changed, worked out once a file. `afterLines[n - 1]` is line n. */
export function changedText(subject: RuleSubject): ChangedText {
  let change = changes.get(subject);
  if (change === undefined) {
    change = {
      added: addedNumbers(subject.diff),
      removed: removedNumbers(subject.diff),
      afterLines: subject.after?.split("\n") ?? [],
      beforeLines: subject.before?.split("\n") ?? [],
    };
    changes.set(subject, change);
  }
  return change;
}

/** Whether any line from `startLine` to `endLine` is among `numbers`. */
export function touches(numbers: ReadonlySet<number>, startLine: number, endLine: number): boolean {
  if (endLine - startLine > numbers.size) {
    for (const number of numbers) if (number >= startLine && number <= endLine) return true;
    return false;
  }
  for (let line = startLine; line <= endLine; line += 1) if (numbers.has(line)) return true;
  return false;
}
