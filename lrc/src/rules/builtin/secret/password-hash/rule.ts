import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import { isMadeUpPath, verbose } from "../../../text/index.ts";

/** The hashes of crypt(3) and of what web frameworks keep in place of a password: cost, salt and all. */
const hashes = verbose`
  \$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}
  | \$(?:1|apr1)\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{20,22}
  | \$5\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43}
  | \$6\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{86}
  | \$(?:y|7|8|9)\$[./A-Za-z0-9]{1,60}\$[./A-Za-z0-9]{30,60}(?:\$[./A-Za-z0-9]{30,60})?
  | \$argon2(?:id?|d)\$(?:v=\d{1,3}\$)?m=\d{1,9},t=\d{1,4},p=\d{1,4}\$[A-Za-z0-9+/]{8,88}\$[A-Za-z0-9+/]{20,120}
  | \bpbkdf2_sha(?:1|256|512)\$\d{1,9}\$[A-Za-z0-9+/]{6,40}\$[A-Za-z0-9+/]{27,90}={0,2}
  | \{S?SHA\d{0,3}\}[A-Za-z0-9+/]{27,120}={0,2}
`;

export const passwordHash: Rule = {
  id: "secret/password-hash",
  title: "The hash of a password is committed",
  category: "security",
  subcategory: "exposed-secret",
  severity: "warning",
  confidence: "medium",
  languages: "any",
  cwe: [798, 916],

  scope: "file",
  check(file, report) {
    const { added, afterLines } = changedText(file);
    for (const line of added) {
      const text = (afterLines[line - 1] ?? "").slice(0, 5_000);
      const found = hashes.exec(text);
      if (found === null || new Set(found[0]).size < 14) continue;
      report({
        side: "new",
        startLine: line,
        endLine: line,
        startColumn: found.index + 1,
        endColumn: found.index + 1 + found[0].length,
        message: "Whoever has a hash can try passwords against it, as many as a machine can in as much time as they like.",
        suggestion: "Make the account where it is needed, with a password that comes from a secret store.",
        secrets: [found[0]],
        ...(isMadeUpPath(file.diff.path) ? { severity: "info", confidence: "low" } : {}),
      });
    }
  },
};
