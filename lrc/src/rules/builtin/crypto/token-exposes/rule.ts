import { callRule } from "../../../kinds/index.ts";

export const tokenExposes = callRule({
  id: "crypto/token-exposes",
  title: "A token carries a password",
  category: "security",
  subcategory: "exposed-data",
  severity: "warning",
  confidence: "medium",
  languages: ["python", "java"],
  cwe: [312, 522],
  mentions: /jwt|JWT|Jwts/,
  callee: { python: /^(?:jose\.)?jwt\.encode$/, java: /\.(?:withClaim|claim)$/ },
  when: ({ arguments: [payload], language, node }) =>
    payload !== undefined &&
    (language === "python"
      ? payload.kind() === "dictionary" &&
        /["'](?:password|passwd|passphrase|pwd|secret|ssn|credit_?card)["']\s*:/i.test(payload.text().slice(0, 2_000))
      : /^"(?:password|passwd|passphrase|pwd|secret|ssn|credit_?card)"$/i.test(payload.text()) &&
        /\b(?:JWT\.create|Jwts\.builder)\(/.test(node.text().slice(0, 2_000))),
  message: "Everybody who holds the token can read what is in it: it is signed, not encrypted.",
  suggestion: "Put in an id and an end, and look the rest up.",
});
