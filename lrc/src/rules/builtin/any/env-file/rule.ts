import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import { isPlaceholder } from "../../../text/index.ts";

const settings = /(^|\/)\.env(\.(local|prod|production|dev|development|staging|live))?$/;

export const envFile: Rule = {
  id: "any/env-file",
  title: "A file of environment settings is committed",
  category: "security",
  subcategory: "exposed-configuration",
  severity: "error",
  confidence: "medium",
  languages: "any",
  cwe: [538],

  scope: "file",
  check(file, report) {
    if (file.diff.status !== "added" || !settings.test(file.diff.path)) return;
    const { added, afterLines } = changedText(file);
    const setting = [...added].find((line) => {
      const value = /^\s*(?:export\s+)?\w*(?:SECRET|TOKEN|PASS|KEY|PWD|CREDENTIAL|DSN|DATABASE_URL)\w*\s*=\s*["']?([^"'\s#]{4,})/i.exec(
        afterLines[line - 1] ?? "",
      )?.[1];
      return value !== undefined && !isPlaceholder(value);
    });
    if (setting === undefined) return;
    report({
      side: "new",
      startLine: setting,
      endLine: setting,
      message:
        "This file holds the settings of one machine, secrets among them. Whoever reads the repository reads them, now and in its history.",
      suggestion: "Commit an .env.example with empty values, and name .env in .gitignore.",
    });
  },
};
