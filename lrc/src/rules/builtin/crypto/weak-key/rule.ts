import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf, fileTextOf } from "../../../syntax/index.ts";

export const weakKey = callRule({
  id: "crypto/weak-key",
  title: "A key is too short",
  category: "security",
  subcategory: "weak-key",
  severity: "warning",
  confidence: "high",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "ruby", "php"],
  cwe: [326],
  mentions: /RSA|rsa|DSA|dsa|generate|Generate|KeyPair|modulusLength/,
  callee: {
    ...inScript(/(^|\.)(generateKeyPair|generateKeyPairSync|generateKey)$/),
    python: /(^|\.)(RSA|DSA)\.generate$|(^|\.)(rsa|dsa)\.generate_private_key$|^generate_private_key$|^rsa\.newkeys$/,
    go: /(^|\.)rsa\.GenerateKey$|(^|\.)GenerateMultiPrimeKey$/,
    java: /\.initialize$|\.init$/,
    csharp: /^new (RSACryptoServiceProvider|DSACryptoServiceProvider)$|^RSA\.Create$/,
    ruby: /^OpenSSL\.PKey\.(RSA|DSA)\.(new|generate)$/,
    php: /^openssl_pkey_new$/,
  },
  when: ({ arguments: values, language, callee, node }) => {
    const sizes = values.flatMap((value) => [value, ...assignmentsOf(value).slice(0, 1)]).map((value) => value.text());
    if (language === "java") return isShort(sizes[0]) && /RSA|DSA|DiffieHellman|KeyPairGenerator/.test(fileTextOf(node).slice(0, 20_000));
    const written = sizes.map(
      (text) => /(?:modulusLength|bits|key_size|private_key_bits)["']?\s*(?:=>|[:=])\s*["']?(\d+)/.exec(text)?.[1] ?? text,
    );
    return written.some(isShort) && !/\bec\.|\bEC\b/.test(callee);
  },
  message: "Keys of this length have been factored. Who has the public half can work out the other one.",
  suggestion: "2048 bits at least for RSA and DSA, 3072 for what has to last; or an elliptic curve such as Ed25519.",
});

function isShort(text: string | undefined): boolean {
  return text !== undefined && /^(?:512|768|1024|1536|2047)$/.test(text.trim());
}
