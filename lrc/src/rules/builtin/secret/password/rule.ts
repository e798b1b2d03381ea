import { scriptLanguages } from "../../../kinds/index.ts";
import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import { commentStart, isMadeUpPath, isPlaceholder } from "../../../text/index.ts";

const quoted =
  /(?:^|[^\w])([\w.$-]{0,40}(?:passw(?:or)?d|passphrase|pwd)|[\w.$-]{0,40}[_.]pass|pass|[\w]{0,30}secret(?:_?key)?)["'\]]{0,2}[ \t]{0,10}(?::[ \t]?(?:str|string|String|&str|&'static str)[ \t]?=|:=|=>|=(?!=)|:)[ \t]{0,10}(?:[a-zA-Z]{0,8}\()?(["'`])([^"'`\s]{4,80})\2[ \t]*[,;)}\]]{0,4}[ \t]*(?:\/\/.*|#.*)?$/i;
const otherNames =
  /field|label|placeholder|hint|type|name|text|title|message|error|prompt|regex|pattern|column|param|key(?!$)|path|url|id$|input|selector|hash|reset|forgot|confirm/i;
const otherValues =
  /^(?:password|passwd|pwd|pass|secret|passphrase|true|false|string|text|required|hidden|new|current|old|admin\.password|env|vault|file|stdin|\d+)$|[<>(){}[\]]|^\/|\/.*\/|^[a-z]+([._-][a-z]+)+$|^[a-z]+([A-Z][a-z]+)+$|^(?:[A-Z][a-z]+)+$/;

export const password: Rule = {
  id: "secret/password",
  title: "A password is written in the source",
  category: "security",
  subcategory: "exposed-secret",
  severity: "warning",
  confidence: "medium",
  languages: [
    ...scriptLanguages,
    "python",
    "go",
    "java",
    "csharp",
    "php",
    "ruby",
    "rust",
    "c",
    "cpp",
    "shell",
    "yaml",
    "terraform",
    "json",
  ],
  cwe: [259, 798],

  scope: "file",
  check(file, report) {
    if (isMadeUpPath(file.diff.path) || /locale|i18n|lang|translation|messages/i.test(file.diff.path)) return;
    const { added, afterLines } = changedText(file);
    for (const line of added) {
      const text = afterLines[line - 1] ?? "";
      if (text.length > 500) continue;
      const found = quoted.exec(text);
      if (found === null || found.index >= commentStart(text, file.language)) continue;
      const [, name, , value] = found;
      if (otherNames.test(name!) || otherValues.test(value!) || isPlaceholder(value!)) continue;
      const startColumn = text.indexOf(value!, found.index) + 1;
      report({
        side: "new",
        startLine: line,
        endLine: line,
        startColumn,
        endColumn: startColumn + value!.length,
        message:
          "A password that is written here is known to everybody who reads the repository, is the same everywhere, and cannot be changed without a release.",
        suggestion: "Read it from the environment or a secret store.",
        secrets: [value!],
      });
    }
  },
};
