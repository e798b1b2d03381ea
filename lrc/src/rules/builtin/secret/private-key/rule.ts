import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import { entropyOf } from "../../../text/index.ts";

const header =
  /-{4,5} ?BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|PGP|ANY|SSH2 ENCRYPTED|ECDSA) )?PRIVATE KEY(?: BLOCK)? ?-{4,5}|PuTTY-User-Key-File-\d:/;
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
    const { added, afterLines } = changedText(file);
    for (const line of added) {
      const text = (afterLines[line - 1] ?? "").slice(0, 20_000);
      const found = header.exec(text);
      if (found === null) continue;
      // A key has a body: a header alone is a constant of some parser.
      const behind = [text.slice(found.index + found[0].length), ...afterLines.slice(line, line + 8)].filter((next) => body.test(next));
      const secrets = behind.flatMap((next) => next.slice(0, 20_000).match(/[A-Za-z0-9+/=]{40,}/g) ?? []);
      if (secrets.every((part) => entropyOf(part) < 4)) continue;
      report({
        side: "new",
        startLine: line,
        endLine: line,
        startColumn: found.index + 1,
        endColumn: found.index + found[0].length + 1,
        message: "A private key lets whoever reads the repository act as its owner. Once pushed it has to be replaced.",
        suggestion: "Keep it in a secret store or outside of the repository, and read it from there.",
        secrets,
      });
    }
  },
};
