import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isConstant, linesOf, named, type SyntaxNode, writtenOf } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

function lineOf(node: SyntaxNode): string {
  let statement = node;
  for (
    let parent = node.parent();
    parent !== null && linesOf(parent).startLine === linesOf(node).startLine && parent.text().length < 400;
    parent = parent.parent()
  )
    statement = parent;
  return statement.text();
}

const isWeakName =
  /^["'`](hmac|rsa-)?(md5|sha|sha-?1|md4|md2|ripemd\w*)(with\w+)?["'`]$|^(?:\w+\.)*MessageDigestAlgorithms\.(?:MD5|MD2|SHA_1)$/i;

const partly = verbose`
  digest\(\s*(?:["'\`]\w+["'\`])?\s*\)\s*(?:
    \[\s*\d+\s*\] | \.read(?:Big)?U?Int
    | \.(?:slice|substr|substring|subarray|charCodeAt|at)\(\s*(?:0\s*,\s*)?\d?\d?\s*\)
  )
  | \.update\([^)]{0,40}\bseed\b
`;

function isOfPassword(values: readonly SyntaxNode[]): boolean {
  return values
    .slice(0, 1)
    .some((value) => /passw(?:or)?d|\bpwd\b|passphrase/i.test(value.text()) && !/salt|key/i.test(value.text()) && !isConstant(value));
}

/** The name of an algorithm, also where it is a constant of the file. */
function writtenName(node: SyntaxNode | undefined): string {
  if (node === undefined) return "";
  const written = writtenOf(node).filter((value) => typeof value === "string");
  const weak = written.map((value) => `"${value}"`).find((value) => isWeakName.test(value));
  return weak ?? (written.length > 0 ? `"${written[0]}"` : node.text());
}

export const weakHash = callRule({
  id: "crypto/weak-hash",
  title: "A broken hash function is used",
  category: "security",
  subcategory: "weak-hash",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "php", "ruby", "rust"],
  cwe: [327, 328, 916],
  mentions: /md\d|sha|ripemd|crypt|hash|digest|adler|crc32/i,
  callee: {
    ...inScript(
      verbose`
        (^|\.)(createHash|createHmac|createSign|createVerify)$
        | ^(md5|sha1|CryptoJS\.(MD5|SHA1|RIPEMD160|HmacMD5|HmacSHA1|HmacRIPEMD160))$
        | ^(md5|sha1)\.\w+$
        | ^(?:forge\.)?md\.(?:md5|sha1)\.create$
        | ^new\ (jsSHA|CryptoJS\.algo\.(MD5|SHA1))$
        | (^|\.)subtle\.digest$ | (^|\.)Bun\.CryptoHasher$
      `,
    ),
    python: verbose`
      ^(hashlib\.)?(md5|sha1)$ | ^hashlib\.(new|file_digest)$
      | (^|\.)(MD5|SHA1?|MD4|MD2|SHA|RIPEMD160?)(\.new)?$
      | ^(hmac\.)?(HMAC|new)$
      | ^(passlib\.hash\.)?(
          md5_crypt | sha1_crypt | des_crypt | bsdi_crypt | bigcrypt | crypt16 | lmhash | nthash | hex_md4 | hex_md5
          | hex_sha1 | ldap_md5 | ldap_sha1 | ldap_salted_md5 | ldap_salted_sha1 | apr_md5_crypt | mssql2000
          | mysql323 | oracle10 | django_des_crypt | django_salted_md5 | django_salted_sha1
        )\.(hash|encrypt|using)$
      | ^(hashlib\.)?(sha224|sha256|sha512|sha384|sha3_256|sha3_512|blake2b)$
      | ^zlib\.(adler32|crc32)$
    `,
    go: /^(md5|sha1|md4|ripemd160)\.(New|Sum)$|^sha256\.(New224|Sum224)$|^crypto\.(MD5|SHA1|MD4|RIPEMD160)\.New$|^hmac\.New$/,
    java: verbose`
      (^|\.)(
        MessageDigest\.getInstance
        | DigestUtils\.(
            md5 | md2 | md5Hex | md2Hex | md5DigestAsHex | md5Digest | appendMd5DigestAsHex | sha | sha1 | sha1Hex
            | shaHex | getDigest
          )
        | getMd2Digest | getMd5Digest | getSha1Digest | getShaDigest | Hashing\.(md5|sha1) | Signature\.getInstance
        | Mac\.getInstance | MD5Digest\.getInstance
      )$
      | ^new\ (MD5Digest|MD2Digest|MD4Digest|SHA1Digest|Md5PasswordEncoder|ShaPasswordEncoder)$
    `,
    csharp:
      /(^|\.)(MD5|SHA1|HMACMD5)\.(Create|HashData)$|^new (\w*\.)*(MD5CryptoServiceProvider|SHA1CryptoServiceProvider|SHA1Managed|HMACMD5)$/,
    php: /^(md5|sha1|md5_file|sha1_file|hash)$/,
    ruby: /^(Digest|OpenSSL\.Digest)\.(MD5|SHA1)(\.(hexdigest|digest|base64digest|new))?$/,
    rust: /(^|\.)(Md5|Sha1)\.(new|digest)$|^md5\.compute$/,
  },
  when: (call) => {
    const { callee, language, arguments: values, node } = call;
    if (named(call, "usedforsecurity")?.text() === "False") return false;
    if (language === "python") {
      // Fast ones are fine for everything but passwords; sums are no hashes at all.
      if (/(?:sha(?:224|256|384|512|3_\w+)|blake2b|adler32|crc32)$/.test(callee)) return isOfPassword(values);
      if (/^(?:hmac\.)?(?:HMAC|new)$/.test(callee))
        return (
          /^hmac\./.test(callee) &&
          /["'](?:md5|md4|sha-?1)["']|\bhashlib\.md5\b/i.test(
            values
              .slice(2)
              .map((value) => value.text())
              .join(" "),
          )
        );
      if (/hashlib\.new$|file_digest$/.test(callee))
        return (
          values.slice(0, 2).some((value) => isWeakName.test(writtenName(value))) ||
          (/DSS/i.test(values[0]?.text() ?? "") && values.length > 1)
        );
    }
    if (language === "go" && /^hmac/.test(callee)) return /^md[45]\.New$/.test(values[0]?.text() ?? "");
    // Not broken, but cut short for no reason that is left.
    if (language === "java" && /getInstance$/.test(callee) && /^"SHA-?224"$/i.test(writtenName(values[0]))) return "doubtful";
    if (
      /createHash|createHmac|createSign|createVerify|jsSHA|subtle\.digest$|CryptoHasher|getInstance$|getDigest$|^hash$/.test(callee) &&
      !isWeakName.test(writtenName(values[0]))
    )
      return false;
    if (/createHmac/.test(callee) && !/md5/i.test(writtenName(values[0]))) return false;
    if (language === "php" && !/pass|token|secret|auth|pwd|salt|key|session|sign/i.test(lineOf(node))) return false;
    // Of what nobody could forge anything with, a few bits are enough: names, shares, the order of a draw.
    if (partly.test(lineOf(node)) && !/passw|token|secret|auth|sign|session/i.test(lineOf(node))) return false;
    return !/etag|cache|checksum|fingerprint|gravatar|dedup|bucket|filename|content_?hash/i.test(lineOf(node));
  },
  message: "Collisions for this hash are made in seconds, and it is fast enough to try all passwords of a table.",
  suggestion:
    "Use SHA-256 or better for content, and argon2, scrypt or bcrypt for passwords. If it is no matter of security, say so (usedforsecurity=False, a name such as etag).",
});
