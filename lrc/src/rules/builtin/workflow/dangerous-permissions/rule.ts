import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";

const workflow = /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/;
const checkoutOfHead = /github\.event\.pull_request\.head\.(?:sha|ref)|github\.head_ref|refs\/pull\//;

export const dangerousPermissions: Rule = {
  id: "workflow/dangerous-permissions",
  title: "A workflow gives strangers more than it should",
  category: "security",
  subcategory: "excessive-permission",
  severity: "error",
  confidence: "medium",
  languages: ["yaml"],
  cwe: [250, 829],

  scope: "file",
  check(file, report) {
    if (!workflow.test(file.diff.path) || file.after === undefined) return;
    const { added, afterLines } = changedText(file);
    const isPrivileged =
      /^[ \t]*(?:-[ \t]*)?["']?(?:pull_request_target|workflow_run)/m.test(file.after) ||
      /\bon:\s*\[[^\]]*pull_request_target/.test(file.after);
    const say = (line: number, message: string, suggestion: string): void =>
      report({ side: "new", startLine: line, endLine: line, message, suggestion });
    for (const line of added) {
      const text = afterLines[line - 1] ?? "";
      if (/^\s*permissions\s*:\s*["']?write-all/.test(text)) {
        say(
          line,
          "Every step of this workflow, and every action it uses, may write to everything in the repository.",
          "Name the one permission that is needed, in the job that needs it.",
        );
      } else if (isPrivileged && /^\s*(?:ref|repository)\s*:/.test(text) && checkoutOfHead.test(text)) {
        say(
          line,
          "This runs with the secrets of the repository and checks out what a stranger proposes: their code gets the secrets.",
          "Use pull_request, or never run anything of what was checked out.",
        );
      } else if (isPrivileged && /^\s*(?:-\s*)?["']?pull_request_target["']?\s*:?\s*$/.test(text) && checkoutOfHead.test(file.after)) {
        say(line, "With pull_request_target the proposal of a stranger runs with the secrets of the repository.", "Use pull_request.");
      }
    }
  },
};
