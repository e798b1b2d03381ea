import { inScript, lineRule, scriptLanguages } from "../../../kinds/index.ts";

export const tokenUnverified = lineRule({
  id: "crypto/token-unverified",
  title: "A token is read without its signature being checked",
  category: "security",
  subcategory: "missing-signature-check",
  severity: "error",
  confidence: "high",
  languages: [...scriptLanguages, "python", "java", "php", "ruby", "csharp"],
  cwe: [345, 347],
  match: {
    ...inScript(/\balgorithms?["']?\s*:\s*\[?\s*["']none["']|ignoreExpiration\s*:\s*true/i),
    python: /verify_signature["']?\s*:\s*False|jwt\.decode\([^#]{0,200}verify\s*=\s*False|algorithms?\s*=\s*\[?\s*["']none["']/i,
    java: /parseClaimsJwt\(|Algorithm\.none\(\)|\.unsecured\(\)/,
    php: /["']alg["']\s*=>\s*["']none["']/i,
    ruby: /JWT\.decode\(?[^#]{0,160},\s*(?:nil\s*,\s*)?false\b|algorithm:\s*["']none["']/,
    csharp: /(?:ValidateIssuerSigningKey|RequireSignedTokens|ValidateLifetime)\s*=\s*false/,
  },
  message: "Whoever sends the token can write into it what they like: another user, another role, no end.",
  suggestion: "Verify the signature with the algorithm and the key that you expect.",
});
