import { callRule } from "../../../kinds/index.ts";
import { fileTextOf, packageOf, type SyntaxNode, textAround } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const plainRandom = callRule({
  id: "crypto/plain-random",
  title: "A predictable random generator is used beside secrets",
  category: "security",
  subcategory: "weak-random",
  severity: "info",
  confidence: "low",
  languages: ["python", "java", "go"],
  cwe: [330, 338],
  mentions: /random|Random|\brand\./,
  callee: {
    python: verbose`
      ^(random|numpy\.random|np\.random)\.(
        random | randint | choice | choices | randrange | getrandbits | uniform | sample | randbytes | shuffle
        | triangular | Random | seed
      )$
    `,
    go: verbose`
      ^rand\.(
        Seed | New | NewSource | Int | Intn | IntN | Int63 | Int63n | Int64 | Int64N | Int31 | Int31n | Int32 | Int32N
        | N | Uint32 | Uint64 | Uint32N | Uint64N | UintN | Read | Float32 | Float64 | Perm | Shuffle
      )$
    `,
    java: verbose`
      ^new\ (Random|JVMRandom|SplittableRandom)$
      | ^Math\.random$
      | (^|\.)ThreadLocalRandom\.current$
      | ^(RandomStringUtils|RandomUtils|JVMRandom)\.(?!secure)\w+$
    `,
  },
  when: ({ node, language }) =>
    !/SecureRandom|SystemRandom/.test(node.text()) &&
    (language !== "go" || /^math\/rand/.test(packageOf(node) ?? "")) &&
    (language === "python" ? aboutSecretsInPython : aboutSecrets).test(fileTextOf(node).slice(0, 60_000)) &&
    (language === "python" && isForSecret(node) ? "likely" : true),
  message: "The file is about secrets, and such numbers can be foretold from a few others: they are for games, samples and waiting.",
  suggestion: "Where somebody must not guess it, use secrets or random.SystemRandom in Python, SecureRandom in Java and crypto/rand in Go.",
});

/** A function whose own name says that it makes a secret. */
function isForSecret(node: SyntaxNode): boolean {
  const [, name = ""] = /^(?:async )?def (\w{1,80})/.exec(textAround(node).slice(0, 200)) ?? [];
  return (
    /passw|token|secret|session_?id|otp|nonce|salt|captcha|api_?key|reset_?code|verification/i.test(name) &&
    !/test|mock|fake|sample/i.test(name)
  );
}

const aboutSecrets = /passw|\btoken|session|secret|crypto|cookie|security|servlet|\bauth|\bsalt|nonce|SecureRandom/i;
const aboutSecretsInPython =
  /passw|\btoken|session|\bsecrets?\b|crypto|cookie|\bauth|\bsalt|nonce|hashlib|otp\b|flask|django|SystemRandom/i;
