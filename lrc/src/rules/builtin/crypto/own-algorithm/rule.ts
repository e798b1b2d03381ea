import { lineRule } from "../../../kinds/index.ts";

export const ownAlgorithm = lineRule({
  id: "crypto/own-algorithm",
  title: "An algorithm for secrets is written anew",
  category: "security",
  subcategory: "weak-cryptography",
  severity: "warning",
  confidence: "medium",
  languages: ["java", "python"],
  cwe: [327],
  match: {
    java: /\bextends\s+(?:java\.security\.)?MessageDigest(?:Spi)?\b|\bextends\s+(?:javax\.crypto\.)?(?:Cipher|Mac|KeyGenerator)Spi\b/,
    python: /^\s*class\s+\w{1,80}\(\s*(?:[\w.]{1,80}\.)?BasePasswordHasher\s*[,)]/,
  },
  message: "What one person thought up, one person can break: the usual algorithms have been attacked for decades by many.",
  suggestion: "Use one of the library: SHA-256, AES-GCM, argon2.",
});
