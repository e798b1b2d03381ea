import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf, fileTextOf, isConstant, type SyntaxNode, textUpTo } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const fixedNonce = callRule({
  id: "crypto/fixed-nonce",
  title: "An initialization vector is always the same",
  category: "security",
  subcategory: "fixed-nonce",
  severity: "error",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java"],
  cwe: [329, 1204],
  mentions: /IvParameterSpec|GCMParameterSpec|createCipheriv|AES|CBC|GCM|CTR|Seal|NewCTR|cipher/,
  callee: {
    ...inScript(/(^|\.)createCipheriv$/),
    python: /(^|\.)modes\.(CBC|CTR|GCM|OFB|CFB|CFB8)$|(^|\.)(AES|DES3?|Blowfish)\.new$/,
    go: /\.Seal$|(^|\.)cipher\.(NewCBCEncrypter|NewCTR|NewOFB|NewCFBEncrypter)$/,
    java: /^new (javax\.crypto\.spec\.)?(IvParameterSpec|GCMParameterSpec)$/,
  },
  when: ({ arguments: values, language, callee }) => {
    const nonce =
      language === "java"
        ? /GCM/.test(callee)
          ? values[1]
          : values[0]
        : /Seal$|NewC|NewO/.test(callee)
          ? values[1]
          : /createCipheriv|\.new$/.test(callee)
            ? values[2]
            : values[0];
    if (nonce === undefined || /^null$|^None$|^nil$/.test(nonce.text())) return false;
    const origins = [nonce, ...assignmentsOf(nonce)];
    if (language === "go" && isNeverFilled(nonce, origins)) return "likely";
    // What is filled in the meantime is not what it was made as.
    if (origins.length > 1 && isFilled(nonce.text(), fileTextOf(nonce))) return false;
    return origins.some((origin) => isConstant(origin) || bytesOfLiteral.test(origin.text()));
  },
  message: "With the same start, equal messages become equal ciphertexts, and with counters two of them give away both.",
  suggestion: "Make a new one for each message with the system's generator, and send it along.",
});

const bytesOfLiteral = verbose`
  ^\(?(?:
    new\ byte\[\]\s*\{[\s\d,xXa-fA-F()byte-]*\}
    | new\ byte\[\d+\]
    | \[\]byte(?:\("[^"]*"\)|\{[\s\d,xXa-fA-F]*\})
    | "[^"]*"\.getBytes\([^)]*\)
    | b?["'][^"']*["'](?:\s*\*\s*\d+|\.encode\([^)]*\))?
    | Buffer\.(?:from\(\s*["'][^"']*["'][^)]*\)|alloc\(\d+(?:,\s?0)?\))
    | \{[\s\d,xXa-fA-F-]*\}
  )$
`;

/** Bytes of Go that are made, and not spoken of until they are used: zeros. */
function isNeverFilled(nonce: SyntaxNode, origins: readonly SyntaxNode[]): boolean {
  if (!/^\w+$/.test(nonce.text()) || !origins.some((origin) => /^make\(\[\]byte,/.test(origin.text()))) return false;
  const spoken = textUpTo(nonce).match(new RegExp(`\\b${nonce.text()}\\b`, "g"))?.length ?? 0;
  return origins.length === 2 && spoken === 2;
}

function isFilled(name: string, text: string): boolean {
  return (
    /^\w+$/.test(name) &&
    new RegExp(`(?:nextBytes|Read|ReadFull|random\\w+|get\\w*Values|copy|arraycopy|get)\\([^)\\n]{0,80}\\b${name}\\b`).test(
      text.slice(0, 100_000),
    )
  );
}
