import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import { isExample, isMadeUp, isMadeUpPath, isPlaceholder, passwordStrength } from "../../../text/index.ts";

const url = /\b([a-z][a-z0-9+.-]{1,20}):\/\/([^\s:/@"'`<>{}$%]{0,60}):([^\s/,"'`<>{}]{3,100})@([\w.-]{1,200})/i;

const hostOfExample =
  /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|host|db|hostname|postgres|redis|mysql|rabbitmq|mongo)$|example\.(?:com|org|net)$|\.test$/i;

export const passwordInUrl: Rule = {
  id: "secret/password-in-url",
  title: "A URL carries a password",
  category: "security",
  subcategory: "exposed-secret",
  severity: "error",
  confidence: "medium",
  languages: "any",
  cwe: [522, 798],

  scope: "file",
  check(file, report) {
    const isTest = isMadeUpPath(file.diff.path);
    const { added, afterLines } = changedText(file);
    for (const line of added) {
      const text = afterLines[line - 1] ?? "";
      if (text.length > 2_000 || !text.includes("://")) continue;
      const found = url.exec(text);
      if (found === null) continue;
      const [, , user, secret, host] = found;
      if (
        isPlaceholder(secret!) ||
        /^[$%]|^(?:pass(?:word|wd)?|pwd|secret|token|user(?:name)?|postgres|root|guest|admin|key)$/i.test(secret!)
      )
        continue;
      if (secret === user || (passwordStrength(secret!) !== "typed" && (isTest || hostOfExample.test(host!)))) continue;
      const startColumn = text.indexOf(secret!, found.index) + 1;
      report({
        side: "new",
        startLine: line,
        endLine: line,
        startColumn,
        endColumn: startColumn + secret!.length,
        message: "The password in this URL is readable for everybody who reads the repository, and ends up in logs wherever the URL does.",
        suggestion: "Put the URL together from settings, or read it whole from the environment.",
        secrets: [secret!],
        ...(isTest || isExample(text) ? (isMadeUp(secret!) ? { severity: "info", confidence: "low" } : { severity: "warning" }) : {}),
      });
    }
  },
};
