import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf, linesOf, named, type SyntaxNode } from "../../../syntax/index.ts";

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

/** The name of an algorithm, also where it is a constant of the file. */
function writtenName(node: SyntaxNode | undefined): string {
  if (node === undefined) return "";
  return /^\w+$/.test(node.text()) ? (assignmentsOf(node)[0]?.text() ?? "") : node.text();
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
  mentions: /md5|sha1|sha-1|md4|ripemd|crypt/i,
  callee: {
    ...inScript(
      /(^|\.)(createHash|createHmac|createSign|createVerify)$|^(md5|sha1|CryptoJS\.(MD5|SHA1|RIPEMD160|HmacMD5|HmacSHA1|HmacRIPEMD160))$|^(md5|sha1)\.\w+$|^new (jsSHA|CryptoJS\.algo\.(MD5|SHA1))$|(^|\.)subtle\.digest$|(^|\.)Bun\.CryptoHasher$/,
    ),
    python: /^(hashlib\.)?(md5|sha1)$|^hashlib\.new$|(^|\.)(MD5|SHA1?|MD4|MD2|SHA)(\.new)?$/,
    go: /^(md5|sha1|md4|ripemd160)\.(New|Sum)$|^sha256\.(New224|Sum224)$/,
    java: /(^|\.)(MessageDigest\.getInstance|DigestUtils\.(md5|md5Hex|sha|sha1|sha1Hex|shaHex)|getMd5Digest|getSha1Digest|Hashing\.(md5|sha1)|Signature\.getInstance|Mac\.getInstance)$/,
    csharp:
      /(^|\.)(MD5|SHA1|HMACMD5)\.(Create|HashData)$|^new (\w*\.)*(MD5CryptoServiceProvider|SHA1CryptoServiceProvider|SHA1Managed|HMACMD5)$/,
    php: /^(md5|sha1|md5_file|sha1_file|hash)$/,
    ruby: /^(Digest|OpenSSL\.Digest)\.(MD5|SHA1)(\.(hexdigest|digest|base64digest|new))?$/,
    rust: /(^|\.)(Md5|Sha1)\.(new|digest)$|^md5\.compute$/,
  },
  when: (call) => {
    const { callee, language, arguments: values, node } = call;
    if (named(call, "usedforsecurity")?.text() === "False") return false;
    if (
      /createHash|createHmac|createSign|createVerify|jsSHA|subtle\.digest$|CryptoHasher|hashlib\.new|getInstance$|^hash$/.test(callee) &&
      !/^["'`](hmac|rsa-)?(md5|sha-?1|md4|md2|ripemd\w*)(with\w+)?["'`]$/i.test(writtenName(values[0]))
    )
      return false;
    if (/createHmac/.test(callee) && !/md5/i.test(writtenName(values[0]))) return false;
    if (language === "php" && !/pass|token|secret|auth|pwd|salt|key|session|sign/i.test(lineOf(node))) return false;
    return !/etag|cache|checksum|fingerprint|gravatar|dedup|bucket|filename|content_?hash/i.test(lineOf(node));
  },
  message: "Collisions for this hash are made in seconds, and it is fast enough to try all passwords of a table.",
  suggestion:
    "Use SHA-256 or better for content, and argon2, scrypt or bcrypt for passwords. If it is no matter of security, say so (usedforsecurity=False, a name such as etag).",
});
