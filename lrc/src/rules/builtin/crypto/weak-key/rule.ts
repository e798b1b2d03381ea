import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { fileTextOf, named, objectOf, optionOf, textUpTo, writtenOf } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const weakKey = callRule({
  id: "crypto/weak-key",
  title: "A key is too short",
  category: "security",
  subcategory: "weak-key",
  severity: "warning",
  confidence: "high",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "ruby", "php"],
  cwe: [326],
  mentions: /RSA|rsa|DSA|dsa|generate|Generate|KeyPair|modulusLength|KeyGenerator|GenParameterSpec/,
  callee: {
    ...inScript(/(^|\.)(generateKeyPair|generateKeyPairSync|generateKey)$|^new NodeRSA$/),
    python: verbose`
      (^|\.)(RSA|DSA|ElGamal|PublicKey)\.generate$
      | (^|\.)(rsa|dsa|ec)\.generate_private_key$
      | ^generate_private_key$ | ^rsa\.newkeys$ | (^|\.)generate_parameters$ | \.generate_key$
    `,
    go: /(^|\.)rsa\.GenerateKey$|(^|\.)GenerateMultiPrimeKey$|^dsa\.GenerateParameters$/,
    java: /\.initialize$|\.init$|^new (RSAKeyGenParameterSpec|ECGenParameterSpec|DSAGenParameterSpec|DHGenParameterSpec)$/,
    csharp: /^new (RSACryptoServiceProvider|DSACryptoServiceProvider)$|^RSA\.Create$/,
    ruby: /^OpenSSL\.PKey\.(RSA|DSA)\.(new|generate)$/,
    php: /^openssl_pkey_new$/,
  },
  when: (call) => {
    const { arguments: values, language, callee, node } = call;
    if (/^dsa\.GenerateParameters$/.test(callee)) return /L1024N160/.test(values[2]?.text() ?? "");
    if (language === "go") {
      const bits = values[/MultiPrime/.test(callee) ? 2 : 1];
      // Where somebody asks for 2048 or more, less is not what comes here.
      if (bits?.kind() === "identifier" && new RegExp(`\\b${bits.text()}\\s*[<>]=?\\s*\\d{4,}`).test(textUpTo(bits))) return false;
      return bits !== undefined && writtenOf(bits).some((size) => typeof size === "number" && size < 2_048);
    }
    const given = values.find((value) => value.kind() === "identifier" && objectOf(value) !== undefined);
    const length = optionOf(given, "modulusLength");
    if (length !== undefined && writtenOf(length).some((size) => typeof size === "number" && isShort(String(size)))) return length;
    const sizes = values.flatMap((value) => [...writtenOf(value).map(String), value.text()]);
    if (language === "java") {
      if (/ECGenParameterSpec$/.test(callee)) return isSmallCurve(sizes.join(" "));
      const text = fileTextOf(node).slice(0, 40_000);
      if (isShort(sizes[0])) return /RSA|DSA|DiffieHellman|KeyPairGenerator|KeyGenerator/.test(text);
      const bits = /^\d+$/.test(sizes[0] ?? "") ? Number(sizes[0]) : Number.NaN;
      // Ciphers need 128 bits, curves 224.
      return (
        /\.init(?:ialize)?$/.test(callee) &&
        bits >= 8 &&
        bits < (/KeyPairGenerator\.getInstance\(\s*"EC/.test(text) ? 224 : 112) &&
        /KeyGenerator|KeyPairGenerator/.test(text)
      );
    }
    if (language === "python" && /\bec\./.test(callee)) return isSmallCurve(sizes.join(" "));
    const written = sizes.map(
      (text) => /(?:modulusLength|bits|\bb|key_size|private_key_bits)["']?\s*(?:=>|[:=])\s*["']?(\d+)/.exec(text)?.[1] ?? text,
    );
    if (language === "python" && /\brsa\.generate_private_key$/.test(callee)) {
      const exponent = named(call, "public_exponent") ?? values.find((value) => value.kind() !== "keyword_argument");
      if (exponent !== undefined && writtenOf(exponent).some((size) => size === 3)) return true;
    }
    return written.some(isShort) && !/\bec\.|\bEC\b/.test(callee);
  },
  message: "Keys of this length have been factored. Who has the public half can work out the other one.",
  suggestion: "2048 bits at least for RSA and DSA, 3072 for what has to last; or an elliptic curve such as Ed25519.",
});

function isShort(text: string | undefined): boolean {
  return text !== undefined && /^(?:512|768|1024|1536|2047)$/.test(text.trim());
}

const smallCurve = verbose("i")`
  \b(?:
    SECT163\w* | SECP192\w* | SECT113\w* | SECP112\w* | SECP128\w* | SECP160\w* | SECT131\w* | SECT193\w*
    | prime192v\d | c2pnb163v\d | c2tnb191v\d | brainpoolP160\w* | brainpoolP192\w* | wtls\d+
  )\b
`;

/** Curves with fewer than 224 bits. */
function isSmallCurve(text: string): boolean {
  return smallCurve.test(text);
}
