import { addedLines } from "#diff";
import { scriptLanguages } from "../../../kinds/index.ts";
import type { Rule } from "../../../rule.ts";
import { changedText, isMoved, isRewrite, isTakenOver, replacementsOf, survives } from "../../../syntax/index.ts";
import { isTestPath, verbose } from "../../../text/index.ts";

const exiting = verbose`
  ^\s*(?:\}?\s*(?:if|unless|else)\b.{0,200}?\)?\s{0,9}\{?\s{0,9})?(?:
    throw\b | raise\b | panic\s*\( | panic! | bail! | process\.exit\( | sys\.exit\( | os\.Exit\( | exit\s*\(
    | die\s*\( | abort\s*\(
    | return\s+(?:
        (?:\w+\.)?Err[A-Z]\w* |
        err\b | Err\( | nil,\s*(?:err|fmt\.|errors\.) | fmt\.Errorf | errors\. | false\b | -1\b | null\s*; | None\s*$
        | res\.status\(4 | Promise\.reject
      )
    | return\s*;?\s*$ | next\(\s*(?:err|new) | log\.Fatal
  )
`;
/** What only says that something went wrong ends nothing. */
const onlySaid = verbose("i")`
  ^\s*(?:
    (?:this\.|self\.)?_?(?:log|logger|logging|console|slog|tracing|warnings)\.(?!fatal|panic|exit)\w+
    | (?:eprint|print|dbg)\w*!?
    | fmt\.F?[Pp]rint\w*
    | System\.(?:err|out)\.\w+
    | error_log
    | (?:warn|error|info|debug)!
  )\s*\(
`;
const isExit = (text: string): boolean => anyExit.test(text) && !onlySaid.test(text);
const anyExit = /\b(?:throw|raise|panic|bail|exit|die|abort|return|next|Fatal\w*|reject|break|continue|fail\w*|err(?:or)?s?)\b/i;

export const exit: Rule = {
  id: "removal/exit",
  title: "A branch that ended now goes on",
  category: "correctness",
  subcategory: "missing-check",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "rust", "c", "cpp", "php", "ruby"],
  cwe: [390, 755],

  scope: "file",
  check(file, report, change) {
    if (isRewrite(file)) return;
    if (file.before === undefined || file.after === undefined || isTestPath(file.diff.path)) return;
    const { beforeLines, removed } = changedText(file);
    const textAdded = new Set(addedLines(file.diff).map(({ text }) => text.trim()));
    for (const replacement of replacementsOf(file)) {
      const { removed: gone, added } = replacement;
      for (const line of gone) {
        const alone = added.length === 0 && gone.length <= 2 && /^\s*(?:return|continue|break|next|exit)\b/.test(line.text);
        if (line.text.length > 500 || !(exiting.test(line.text) || alone)) continue;
        // The line that opens the branch must be there still, or else it is the check that was removed.
        const opener = openerOf(beforeLines, line.oldNumber);
        const turned = added.length === 1 && /^\s*(?:throw|raise)\b/.test(line.text) ? added[0] : undefined;
        if (turned !== undefined && opener !== undefined && handling.test(beforeLines[opener - 1] ?? "") && noResult.test(turned.text)) {
          report({
            side: "new",
            startLine: turned.newNumber,
            endLine: turned.newNumber,
            causedByRemoval: true,
            message: "An error became an answer: whoever asked takes it for what was found.",
            suggestion: "Let whoever asked know that it failed, or say here why nothing is an answer.",
          });
          continue;
        }
        const isElse = opener !== undefined && added.length === 0 && /^\s*\}?\s*else\b\s*[:{]?\s*$/.test(beforeLines[opener - 1] ?? "");
        if (
          opener === undefined ||
          (!isElse && removed.has(opener) && !added.some(({ text }) => text.trim() === beforeLines[opener - 1]!.trim()))
        )
          continue;
        // It ends elsewhere now: the whole check went into a function of its own.
        if (textAdded.has(line.text.trim())) continue;
        if (added.some(({ text }) => isExit(text)) || afterBranchExits(beforeLines, line.oldNumber, removed)) continue;
        if (replacement.hunk.lines.some((other) => other.kind === "added" && isExit(other.text))) continue;
        if (!survives(file, line.oldNumber) || isTakenOver(change, replacement, (text) => anyExit.test(text))) continue;
        if (change.files.length > 1 && isMoved(change, line.text)) continue;
        report({
          side: "old",
          startLine: line.oldNumber,
          endLine: line.oldNumber,
          causedByRemoval: true,
          message: "The branch is still there and no longer ends: after the error the code goes on as if nothing had happened.",
          suggestion: "Let it end as before, or handle what went wrong here.",
        });
      }
    }
  },
};

const handling = /\b(?:catch|except|rescue)\b/;
const noResult = /^\s*return\s*(?:null|None|nil|undefined|\{\s*\}|\[\s*\]|""|''|false|False|true|True|0|new\s+\w+(?:<\w*>)?\(\))?\s*;?$/;
const opening = /\b(?:if|unless|else|elif|catch|except|rescue|case|default|guard)\b/;

/** The line above with less indentation, when it opens a branch. */
function openerOf(lines: readonly string[], oldNumber: number): number | undefined {
  const own = indentation(lines[oldNumber - 1] ?? "");
  for (let number = oldNumber - 1; number > Math.max(0, oldNumber - 12); number -= 1) {
    const text = lines[number - 1] ?? "";
    if (text.trim() === "" || indentation(text) >= own) continue;
    return opening.test(text) ? number : undefined;
  }
  return undefined;
}

/** Whether something else that ends the branch stands beside it. */
function afterBranchExits(lines: readonly string[], oldNumber: number, removed: ReadonlySet<number>): boolean {
  const own = indentation(lines[oldNumber - 1] ?? "");
  for (let number = oldNumber + 1; number < oldNumber + 8; number += 1) {
    const text = lines[number - 1] ?? "";
    if (text.trim() !== "" && indentation(text) < own) return false;
    if (!removed.has(number) && anyExit.test(text)) return true;
  }
  return false;
}

function indentation(text: string): number {
  return text.length - text.trimStart().length;
}
