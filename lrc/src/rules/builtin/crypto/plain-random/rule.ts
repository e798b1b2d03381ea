import { callRule } from "../../../kinds/index.ts";
import { fileTextOf } from "../../../syntax/index.ts";

export const plainRandom = callRule({
  id: "crypto/plain-random",
  title: "A predictable random generator is used beside secrets",
  category: "security",
  subcategory: "weak-random",
  severity: "info",
  confidence: "low",
  languages: ["python", "java"],
  cwe: [330, 338],
  mentions: /random|Random/,
  callee: {
    python:
      /^(random|numpy\.random|np\.random)\.(random|randint|choice|choices|randrange|getrandbits|uniform|sample|randbytes|shuffle|triangular|Random|seed)$/,
    java: /^new (Random|JVMRandom|SplittableRandom)$|^Math\.random$|(^|\.)ThreadLocalRandom\.current$|^(RandomStringUtils|RandomUtils|JVMRandom)\.(?!secure)\w+$/,
  },
  when: ({ node, language }) =>
    !/SecureRandom|SystemRandom/.test(node.text()) &&
    (language === "java" ? aboutSecrets : aboutSecretsInPython).test(fileTextOf(node).slice(0, 60_000)),
  message: "The file is about secrets, and such numbers can be foretold from a few others: they are for games, samples and waiting.",
  suggestion: "Where somebody must not guess it, use secrets or random.SystemRandom in Python and SecureRandom in Java.",
});

const aboutSecrets = /passw|\btoken|session|secret|crypto|cookie|security|servlet|\bauth|\bsalt|nonce|SecureRandom/i;
const aboutSecretsInPython =
  /passw|\btoken|session|\bsecrets?\b|crypto|cookie|\bauth|\bsalt|nonce|hashlib|otp\b|flask|django|SystemRandom/i;
