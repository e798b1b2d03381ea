import type { ChangedFile } from "#diff";
import { languageOf } from "#rules";

const sensitive =
  /auth|login|session|crypt|password|permission|access|payment|billing|token|secur|sql|query|migrat|admin|upload|exec|sanitiz|csrf|cors/i;

/** How much harm a change to a file could do, going by its name and by what it touches: what is looked at first when not everything can be. */
export function riskOf({ diff, after, before }: ChangedFile): number {
  const { path } = diff;
  let risk = languageOf(path, after ?? before ?? "") === undefined ? 0 : 40;
  if (sensitive.test(path)) risk += 30;
  if (/\.(c|cc|cpp|h|hpp|rs|go|java|kt|py|rb|php|cs|ts|js|tsx|jsx|sh|sql)$/.test(path)) risk += 20;
  if (/(^|\/)(tests?|__tests__|spec|fixtures?|docs?|examples?)\/|[._-](test|spec)\.|\.(md|rst|txt|css|scss|svg)$/i.test(path)) risk -= 40;
  return risk + Math.min(20, Math.log2(1 + diff.addedCount + diff.removedCount) * 2);
}
