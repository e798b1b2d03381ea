import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import { entropyOf, isMadeUpPath, isTestPath } from "../../../text/index.ts";

const header =
  /-{4,5} ?BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|PGP|ANY|SSH2 ENCRYPTED|ECDSA) )?PRIVATE KEY(?: BLOCK)? ?-{4,5}|PuTTY-User-Key-File-\d:/;
/** The private part of a JSON web key; its kind is said nearby. */
const webKey = /["']?\bd["']?[ \t]{0,4}:[ \t]{0,4}["']([A-Za-z0-9_-]{32,1400})["']/;
const keyKind = /["']?\bkty["']?[ \t]{0,4}:[ \t]{0,4}["'](?:RSA|EC|OKP)["']/;
const body = /[A-Za-z0-9+/=]{40}/;

export const privateKey: Rule = {
  id: "secret/private-key",
  title: "A private key is committed",
  category: "security",
  subcategory: "exposed-secret",
  severity: "critical",
  confidence: "high",
  languages: "any",
  cwe: [321, 798],

  scope: "file",
  check(file, report) {
    const { path } = file.diff;
    const { added, afterLines } = changedText(file);
    const say = (line: number, index: number, found: string, secrets: readonly string[]): void =>
      report({
        side: "new",
        startLine: line,
        endLine: line,
        startColumn: index + 1,
        endColumn: index + found.length + 1,
        message: "A private key lets whoever reads the repository act as its owner. Once pushed it has to be replaced.",
        suggestion: "Keep it in a secret store or outside of the repository, and read it from there.",
        secrets,
        ...(isTestPath(path)
          ? { severity: "info", confidence: "low" }
          : isMadeUpPath(path)
            ? { severity: "warning", confidence: "medium" }
            : {}),
      });
    for (const line of added) {
      const text = (afterLines[line - 1] ?? "").slice(0, 20_000);
      const found = header.exec(text) ?? webKey.exec(text);
      if (found === null) continue;
      if (found[1] !== undefined) {
        if (
          entropyOf(found[1]) >= 4 &&
          afterLines.slice(Math.max(0, line - 12), line + 11).some((near) => keyKind.test(near.slice(0, 20_000)))
        )
          say(line, found.index, found[0], [found[1]]);
        continue;
      }
      // A key has a body: a header alone is a constant of some parser.
      const behind = [text.slice(found.index + found[0].length), ...afterLines.slice(line, line + 8)].filter((next) => body.test(next));
      const secrets = behind.flatMap((next) => next.slice(0, 20_000).match(/[A-Za-z0-9+/=]{40,}/g) ?? []);
      if (secrets.every((part) => entropyOf(part) < 4)) continue;
      say(line, found.index, found[0], secrets);
    }
  },
};
