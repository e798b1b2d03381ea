import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const looseSecretCompare = lineRule({
  id: "php/loose-secret-compare",
  title: "A secret is compared loosely",
  category: "security",
  subcategory: "wrong-comparison",
  severity: "warning",
  confidence: "medium",
  languages: ["php"],
  cwe: [208, 697],
  match: verbose("i")`
    \$\w*(?:
      hash | token | passw | signature | hmac | digest | secret
    )\w*(?:\[[^\]]{1,30}\])?\s*[!=]=\s*(?!=|null|false|true|["']{2}|\d)
    | [!=]=\s*(?:md5|sha1|hash|hash_hmac|crypt)\(
  `,
  unless: /[!=]==/,
  message: "== takes '0e123' and '0e456' for the same number, and stops at the first difference, which can be measured.",
  suggestion: "hash_equals($known, $given)",
});
