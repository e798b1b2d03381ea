import { callRule } from "../../../kinds/index.ts";
import { type Call, named, type SyntaxNode, writtenOf } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const weakPasswordHash = callRule({
  id: "crypto/weak-password-hash",
  title: "Passwords are stored in a way that is quickly searched",
  category: "security",
  subcategory: "weak-hash",
  severity: "warning",
  confidence: "medium",
  languages: ["python", "java", "go"],
  cwe: [256, 916],
  mentions: /pbkdf2|PBKDF2|PBE|scrypt|generate_password_hash|argon2|Argon2|bcrypt|BCrypt|PasswordEncoder|PasswordHasher|Scrypt|crypt/i,
  callee: {
    python: verbose`
      ^hashlib\.(pbkdf2_hmac|scrypt)$
      | (^|\.)(PBKDF2HMAC|PBKDF2|Scrypt|scrypt)$
      | ^(passlib\.hash\.)?(
          pbkdf2_\w+ | scrypt | bcrypt | argon2 | sha256_crypt | sha512_crypt | cta_pbkdf2_sha1 | dlitz_pbkdf2_sha1
          | grub_pbkdf2_sha512 | django_pbkdf2_\w+ | unsalted_\w+ | plaintext | ldap_plaintext
        )\.(using|hash|encrypt)$
      | ^scrypt\.hash$ | ^bcrypt\.(gensalt|kdf)$
      | (^|\.)(PasswordHasher|hash_secret|hash_secret_raw|low_level\.hash_secret\w*)$
      | ^crypt\.crypt$ | ^(werkzeug\.security\.)?generate_password_hash$
    `,
    go: /^(bcrypt\.GenerateFromPassword|pbkdf2\.Key|scrypt\.Key|argon2\.(IDKey|Key))$/,
    java: verbose`
      ^new\ (
        PBEKeySpec | PBEParameterSpec | BCryptPasswordEncoder | SCryptPasswordEncoder | Pbkdf2PasswordEncoder
        | Argon2PasswordEncoder | StandardPasswordEncoder | MessageDigestPasswordEncoder | LdapShaPasswordEncoder
        | Md4PasswordEncoder | Md5PasswordEncoder | ShaPasswordEncoder | PlaintextPasswordEncoder
      )$
      | ^NoOpPasswordEncoder\.getInstance$
      | ^User\.withDefaultPasswordEncoder$
      | ^BCrypt\.gensalt$
    `,
  },
  when: (call) => (call.language === "go" ? isWeakInGo(call) : call.language === "java" ? isWeakInJava(call) : isWeakInPython(call)),
  message: "A stolen table of such passwords is read within days: each guess costs almost nothing.",
  suggestion: "Use argon2id, scrypt (N of 2^17), bcrypt (cost 12) or PBKDF2 with 600,000 rounds of SHA-256.",
});

function isWeakInGo({ callee, arguments: values }: Call): boolean {
  if (/^bcrypt/.test(callee)) return values[1]?.text() === "bcrypt.MinCost" || isBelow(values[1], 10);
  // The package of the language itself is told the hash first, the older one last.
  if (/^pbkdf2/.test(callee)) return isBelow(values[/\.New\w*$/.test(values[0]?.text() ?? "") ? 3 : 2], 100_000);
  if (/^scrypt/.test(callee)) return isBelow(values[2], 1 << 14) || isBelow(values[3], 8) || isBelow(values[5], 32);
  const memory = productOf(values[3]);
  if (memory === undefined) return false;
  const [, rounds = 0] = argon2.find(([least]) => memory >= least) ?? [];
  return rounds === 0 || isBelow(values[2], rounds);
}

/** Kilobytes of memory and the rounds that go with them, as OWASP pairs them. */
const argon2 = [
  [47_104, 1],
  [19_456, 2],
  [12_288, 3],
  [9_216, 4],
  [7_168, 5],
] as const;

/** `65536`, `64 * 1024`. */
function productOf(value: SyntaxNode | undefined): number | undefined {
  const factors = value === undefined ? [] : value.text().replaceAll("_", "").split("*");
  const numbers = factors.map((factor) => Number(factor.trim() === "" ? Number.NaN : factor));
  return numbers.length === 0 || numbers.some(Number.isNaN) ? undefined : numbers.reduce((product, factor) => product * factor, 1);
}

function isWeakInJava({ callee, arguments: values }: Call): boolean {
  if (/PBE\w+Spec$/.test(callee)) return isBelow(values[/PBEKeySpec/.test(callee) ? 2 : 1], 10_000);
  if (/BCrypt/.test(callee)) return isBelow(values[0], 10);
  if (/Pbkdf2/.test(callee)) return isBelow(values[2], 100_000);
  if (/SCrypt/.test(callee)) return isBelow(values[0], 1 << 14);
  return !/Argon2/.test(callee);
}

function isWeakInPython(call: Call): boolean {
  const { callee, arguments: values } = call;
  const option = (...names: string[]): SyntaxNode | undefined =>
    names.map((name) => named(call, name)).find((value) => value !== undefined);
  if (/^crypt\.crypt$|plaintext|unsalted/.test(callee)) return true;
  if (/generate_password_hash$/.test(callee))
    return /^["'](?:plain|md5|sha1|sha256|pbkdf2:(?:md5|sha1)\b)/.test(option("method")?.text() ?? "");
  if (/pbkdf2|PBKDF2/.test(callee))
    return isBelow(option("iterations", "rounds", "count") ?? (/pbkdf2_hmac$/.test(callee) ? values[3] : undefined), 100_000);
  if (/bcrypt/.test(callee)) return isBelow(option("rounds") ?? (/gensalt$/.test(callee) ? values[0] : undefined), 10);
  if (/sha(?:256|512)_crypt/.test(callee)) return isBelow(option("rounds"), 5_000);
  if (/[sS]crypt/.test(callee))
    return isBelow(option("n", "N"), 1 << 13) || isBelow(option("r"), 8) || isBelow(option("length", "dklen", "buflen", "key_len"), 32);
  return isBelow(option("time_cost"), 1) || isBelow(option("memory_cost"), 7_168) || isBelow(option("hash_len"), 16);
}

/** Whether a number that is written in the source is below a bound: `4096`, `1_000`, `1 << 10`, `2 ** 10`. */
function isBelow(value: SyntaxNode | undefined, bound: number): boolean {
  if (value === undefined) return false;
  const written = writtenOf(value).filter((one) => typeof one === "number");
  if (written.length > 0) return written.some((one) => one < bound);
  const [, base, operator, power] = /^(\d{1,4})\s*(<<|\*\*)\s*(\d{1,2})$/.exec(value.text().replaceAll("_", "")) ?? [];
  if (base === undefined) return false;
  return (operator === "<<" ? Number(base) * 2 ** Number(power) : Number(base) ** Number(power)) < bound;
}
