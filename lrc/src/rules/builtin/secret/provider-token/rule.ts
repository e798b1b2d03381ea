import type { Confidence, Rule, Severity } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import { commentStart, isExample, isMadeUpPath } from "../../../text/index.ts";
import { foreignTokens } from "./foreign-tokens.ts";
import { tokensIn, webToken } from "./tokens.ts";

/** What a test holds may be real; a web token was made for it. */
function inTests(service: string): { readonly severity: Severity; readonly confidence: Confidence } {
  return service === webToken ? { severity: "info", confidence: "low" } : { severity: "error", confidence: "medium" };
}

export const providerToken: Rule = {
  id: "secret/provider-token",
  title: "A token of a service is committed",
  category: "security",
  subcategory: "exposed-secret",
  severity: "critical",
  confidence: "high",
  languages: "any",
  cwe: [798],

  scope: "file",
  async check(file, report) {
    const { added, afterLines } = changedText(file);
    const lines = [...added].map((line) => ({ line, text: (afterLines[line - 1] ?? "").slice(0, 100_000) }));
    const isTest = isMadeUpPath(file.diff.path);
    const said = new Set<number>();
    const say = (line: number, column: number, service: string, token: string, isRow = false): void => {
      said.add(line);
      report({
        side: "new",
        startLine: line,
        endLine: line,
        startColumn: column,
        endColumn: column + token.length,
        message: `This is a credential of ${service}: whoever reads the repository can use it. Once it was pushed it counts as known.`,
        suggestion: "Take it out, read it from the environment or a secret store, and revoke it if it ever left this machine.",
        secrets: [token],
        ...(isRow ? { severity: "warning", confidence: "medium" } : isTest ? inTests(service) : {}),
      });
    };
    for (const { line, text } of lines)
      for (const { index, service, token, isRow } of tokensIn(text)) {
        if (isRow === true && (isTest || isExample(text) || index >= commentStart(text, file.language))) continue;
        say(line, index + 1, service, token, isRow);
      }
    for (const { index, line, service, token } of await foreignTokens(lines)) if (!said.has(line)) say(line, index + 1, service, token);
  },
};
