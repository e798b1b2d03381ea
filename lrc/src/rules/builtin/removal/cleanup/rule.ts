import { anchorOf, removedLines } from "#diff";
import { scriptLanguages, vanishedRule } from "../../../kinds/index.ts";
import type { RuleSubject } from "../../../rule.ts";
import { changedText, functionAround, type RemovedLine, type Replacement } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

const given = verbose`
  \b([A-Za-z_$]\w*)(?:[.?][\w.?]*)?(?:\.|->)\w+\(
  | \b(?:clear\w+|free|fclose|closedir|pclose|munmap|kfree|CloseHandle)\s*\(\s*&?([A-Za-z_$]\w*)
`;

/** A lock that is no longer taken is not given back: that it is not taken is another rule's. */
const givesUp = /(?:\.|->)(?:R?Unlock|unlock|release)\(|\w*_unlock\w*\(/;
const takes = /(?:\.|->)(?:R?Lock|lock|acquire)\(|\w*_lock\w*\(/;

/** Whether what is given back is not taken any more either: the line that opened it went too, and nothing in the place opens anything in the same way. */
function isNotTaken({ text, oldNumber }: RemovedLine, { removed }: Replacement, file: RuleSubject): boolean {
  if (givesUp.test(text.slice(0, 500)) && removedLines(file.diff).some((line) => takes.test(line.text.slice(0, 500)))) return true;
  // `finally` and `ensure` give back what the lines in them name.
  const lines = /\bfinally\b|\bensure\b/.test(text)
    ? removed.filter((line) => line.oldNumber > oldNumber && line.oldNumber <= oldNumber + 3)
    : [{ text }];
  const names = lines.flatMap(
    (line) =>
      given
        .exec(line.text)
        ?.slice(1)
        .find((name) => name !== undefined) ?? [],
  );
  if (names.length === 0) return false;
  const { removed: gone, beforeLines, afterLines } = changedText(file);
  const before = functionAround(file, oldNumber) ?? { startLine: 1, endLine: beforeLines.length };
  const after = functionAround(file, anchorOf(file.diff, oldNumber, afterLines.length), "new") ?? {
    startLine: 1,
    endLine: afterLines.length,
  };
  const now = afterLines.slice(after.startLine - 1, after.endLine).join("\n");
  return names.every((name) => {
    const taking = new RegExp(
      `(?<![\\w.])${name.replaceAll("$", "\\$")}\\b[^=\\n]{0,80}=\\s*(?:await\\s+|new\\s+)?(?:[\\w$]+(?:\\.|->|::))*([\\w$]+)\\s*[(<]`,
    );
    for (let line = before.startLine; line < oldNumber; line += 1) {
      const callee = taking.exec((beforeLines[line - 1] ?? "").slice(0, 500))?.[1];
      if (callee !== undefined) return gone.has(line) && !new RegExp(`\\b${callee.replaceAll("$", "\\$")}\\b`).test(now);
    }
    return false;
  });
}

export const cleanup = vanishedRule({
  id: "removal/cleanup",
  title: "What gave something back was removed",
  category: "reliability",
  subcategory: "resource-leak",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "c", "cpp", "ruby", "php", "rust"],
  cwe: [401, 404, 772],
  words: verbose`
    \bdefer\s+.{0,80}(?:Close|Unlock|cancel|Done|Rollback|Stop|Release)\s*\(
    | \b\w{1,40}(?:\.|->)(?:
        close | Close | Dispose | dispose | release | destroy | unsubscribe | removeEventListener | rollback | unlink
      )\(
    | \bclear(?:Interval|Timeout)\( | \bremoveEventListener\(
    | \b(?:pthread_mutex_unlock|pthread_rwlock_unlock|mtx_unlock|spin_unlock\w{0,12}|mutex_unlock)\s*\(
    | \b\w{1,40}(?:\.|->)(?:R?Unlock|unlock)\(\)
    | \b(?:free|fclose|closedir|pclose|munmap|kfree|CloseHandle)\s*\(
    | \bfinally\b | \bensure\b\s*$ | \bwg\.Done\(\) | \bcancel\(\)
  `,
  instead: /using\b|with\b|defer\b|close|dispose|free|release|finally|unique_ptr|shared_ptr|cleanup|try\s*\(|destroy|once\b|cancel|signal/i,
  isNeedless: isNotTaken,
  covers: /\btry\s*\(|^\s*(?:async\s+)?with\b|^\s*(?:await\s+)?using\b|\bdefer\b/,
  message: "Nobody gives this back any more: each time it happens one more stays open.",
  suggestion: "Close it where it is no longer needed, best in a construct that cannot be passed by (defer, using, with, finally).",
});
