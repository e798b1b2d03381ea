import { callRule } from "../../../kinds/index.ts";
import { assignmentsOf, fileTextOf, isConstant, named, type SyntaxNode } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const fixedSalt = callRule({
  id: "crypto/fixed-salt",
  title: "All passwords are hashed with the same salt",
  category: "security",
  subcategory: "weak-hash",
  severity: "warning",
  confidence: "medium",
  languages: ["python", "java"],
  cwe: [759, 760],
  mentions: /salt|PBE|pbkdf2|PBKDF2|crypt/i,
  callee: {
    python: verbose`
      ^hashlib\.(pbkdf2_hmac|scrypt)$
      | (^|\.)(PBKDF2HMAC|PBKDF2|Scrypt|scrypt|scrypt\.hash|crypt\.crypt|bcrypt\.hashpw|bcrypt\.kdf|bcrypt|HKDF)$
    `,
    java: /^new (PBEKeySpec|PBEParameterSpec|Pkcs5S2ParametersGenerator)$/,
  },
  when: (call) => {
    const { callee, arguments: values, language } = call;
    const place = /PBEParameterSpec$/.test(callee) ? 0 : /pbkdf2_hmac$/.test(callee) ? 2 : 1;
    const salt =
      language === "java"
        ? values[place]
        : (named(call, "salt") ?? (values[place]?.kind() === "keyword_argument" ? undefined : values[place]));
    if (salt === undefined || /^\d+$/.test(salt.text())) return false;
    return isWritten(salt) && !isFilled(salt.text(), fileTextOf(salt).slice(0, 100_000));
  },
  message: "Equal passwords get equal hashes, and one table of guesses serves against all of them.",
  suggestion: "Make a salt of 16 bytes with the system's generator for each password and store it along.",
});

/** A text or bytes in the source; an array of zeros is one too, unless it is filled later. */
function isWritten(salt: SyntaxNode): boolean {
  return [salt, ...assignmentsOf(salt).slice(0, 2)].some(
    (value) =>
      /^b?["'][^"']*["'](?:\.(?:getBytes|encode)\([^)]*\))?$|^new byte\[\d*\]|^\{[\s\d,xXa-fA-F()byte-]*\}$/.test(value.text()) ||
      (isConstant(value) && /["']/.test(value.text())),
  );
}

function isFilled(name: string, text: string): boolean {
  return /^\w+$/.test(name) && new RegExp(`(?:nextBytes|read|readFully|arraycopy|get)\\([^)\\n]{0,80}\\b${name}\\b`).test(text);
}
