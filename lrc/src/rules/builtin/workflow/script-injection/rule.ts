import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

const workflow = /(^|\/)(?:\.github\/workflows\/[^/]+|action)\.ya?ml$/;
const stranger = verbose`
  \$\{\{[^}]{0,80}\b(?:
    github\.event\.(?:
      issue\.(?:title|body)
      | pull_request\.(?:title|body|head\.(?:ref|label|repo\.\w+))
      | comment\.body | review\.body | review_comment\.body | discussion\.(?:title|body)
      | head_commit\.(?:message|author\.\w+)
      | commits\[?[^}]{0,20}message | pages[^}]{0,20}page_name | inputs\.\w+
    )
    | github\.head_ref
  )\b[^}]{0,40}\}\}
`;

export const scriptInjection: Rule = {
  id: "workflow/script-injection",
  title: "Text of a stranger becomes part of a script",
  category: "security",
  subcategory: "injection",
  severity: "error",
  confidence: "high",
  languages: ["yaml"],
  cwe: [78, 94],

  scope: "file",
  check(file, report) {
    if (!workflow.test(file.diff.path)) return;
    const { added, afterLines } = changedText(file);
    for (const line of added) {
      const text = (afterLines[line - 1] ?? "").slice(0, 2_000);
      if (!stranger.test(text) || !isScript(afterLines, line)) continue;
      report({
        side: "new",
        startLine: line,
        endLine: line,
        message:
          'The text is put into the script before the shell reads it: a title such as "; curl … #" runs, with the secrets of the workflow.',
        suggestion: "Hand it over in env: and use the variable, in quotes.",
      });
    }
  },
};

/** Whether a line belongs to a run: or script: block. */
function isScript(lines: readonly string[], number: number): boolean {
  const own = lines[number - 1] ?? "";
  if (/^\s*(?:-\s*)?(?:run|script)\s*:/.test(own)) return true;
  const indent = own.length - own.trimStart().length;
  for (let at = number - 2; at >= 0; at -= 1) {
    const text = lines[at]!;
    if (text.trim() === "" || text.length - text.trimStart().length >= indent) continue;
    return /^\s*(?:-\s*)?(?:run|script)\s*:\s*[|>]/.test(text);
  }
  return false;
}
