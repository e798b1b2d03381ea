import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf, fileTextOf, isMentioned, type SyntaxNode, writtenText } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

const authenticated = /createHmac|createVerify|timingSafeEqual/;

/** The statement in which it is used, as far as it is on one line. */
function lineAround(node: SyntaxNode): string {
  const { start } = node.range();
  return fileTextOf(node).slice(Math.max(0, start.index - 200), start.index + 100);
}

const weakTransformation =
  /"(?:DES(?:ede)?|TripleDES|3DES|RC4|RC2|ARCFOUR|ARC4|Blowfish|IDEA|CAST5|SEED)(?:\/[^"]*)?"|"(?!RSA)\w+\/ECB\/|"RSA\/\w+\/NoPadding"/i;

/** What `Cipher.getInstance` and its like are asked for. Padded RSA is weak only where somebody may try again and again, CBC where somebody is told that a padding was wrong. */
function isWeakInJava(callee: string, asked: string, node: SyntaxNode): boolean | "doubtful" {
  if (weakTransformation.test(asked)) return true;
  if (!/Cipher/.test(callee)) return false;
  if (/"AES"/i.test(asked)) return true;
  if (/"RSA(?:\/\w+\/PKCS1\w*)?"/i.test(asked)) return "doubtful";
  return /"AES\/CBC\/PKCS[57]Padding"/i.test(asked) && /BadPaddingException/.test(fileTextOf(node)) && /DECRYPT_MODE/.test(fileTextOf(node))
    ? "doubtful"
    : false;
}

/** A variable of Go that holds a cipher without a mode. */
function isBareCipher(call: SyntaxNode): boolean {
  const receiver = call.field("function")?.field("operand");
  return receiver?.kind() === "identifier" && assignmentsOf(receiver).some((value) => /^aes\.NewCipher\(/.test(value.text()));
}

export const weakCipher = callRule({
  id: "crypto/weak-cipher",
  title: "A broken cipher or mode of operation is used",
  category: "security",
  subcategory: "weak-cipher",
  severity: "error",
  confidence: "high",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "php", "ruby"],
  cwe: [327],
  mentions: /aes|P224|openpgp|tea|fish|des|rc4|rc2|blowfish|ecb|createCipher|arc|idea|Cipher|modes|PKCS1|cast|xor/i,
  callee: {
    ...inScript(
      verbose`
        (^|\.)(createCipher|createDecipher|createCipheriv|createDecipheriv)$
        | ^CryptoJS\.(DES|TripleDES|RC4|RC4Drop|Rabbit|RabbitLegacy|Blowfish)\.(encrypt|decrypt)$
      `,
    ),
    python: verbose`
      (^|\.)(DES3?|ARC4|ARC2|Blowfish|CAST|XOR)\.new$
      | (^|\.)AES\.new$
      | (^|\.)(modes\.(ECB|CBC|CFB|OFB|CTR)|algorithms\.(ARC4|RC2|TripleDES|Blowfish|IDEA|CAST5|SEED))$
      | ^(pyDes\.|pyDes\.pyDes\.)?(des|triple_des)$
      | ^pyDes\.(des|triple_des)$
      | ^(PKCS1_v1_5|Crypto\.Cipher\.PKCS1_v1_5)\.new$
      | \.PKCS1v15$
    `,
    go: verbose`
      ^(
        des\.(NewCipher|NewTripleDESCipher)
        | (rc4|rc2|blowfish|cast5|tea|xtea|twofish)\.(NewCipher|New|NewSaltedCipher)
        | rsa\.(EncryptPKCS1v15|DecryptPKCS1v15|DecryptPKCS1v15SessionKey)
        | elliptic\.P224 | openpgp\.SymmetricallyEncrypt
      )$
      | ^\w+\.(Encrypt|Decrypt)$
    `,
    java: verbose`
      (^|\.)(Cipher\.getInstance|KeyGenerator\.getInstance|SecretKeyFactory\.getInstance|CipherHelper\.getInstance)$
      | ^new\ (
          DESKeySpec | NullCipher | DESedeKeySpec | DESEngine | RC4Engine | RC2Engine | DESedeEngine | BlowfishEngine
          | SecretKeySpec
        )$
    `,
    csharp:
      /^new (\w*\.)*(DESCryptoServiceProvider|TripleDESCryptoServiceProvider|RC2CryptoServiceProvider)$|(^|\.)(DES|TripleDES|RC2)\.Create$/,
    php: /^(openssl_encrypt|openssl_decrypt|mcrypt_encrypt|mcrypt_decrypt)$/,
    ruby: /^OpenSSL\.Cipher(\.Cipher)?\.new$/,
  },
  when: ({ callee, arguments: values, language, node }) => {
    if (/createCipher$|createDecipher$/.test(callee)) return true;
    // A cipher that is given block after block by itself: ECB, or a mode that somebody wrote.
    if (language === "go" && /\.(?:En|De)crypt$/.test(callee)) return isBareCipher(node) && "doubtful";
    // Padded RSA is weak where somebody may try again and again; old packages of Go are frozen.
    if (language === "go" && /^rsa|^elliptic|^openpgp|^twofish/.test(callee)) return "doubtful";
    if (language === "python" && /PKCS1v15$|PKCS1_v1_5\.new$/.test(callee))
      return /encrypt/.test(lineAround(node)) || !/PKCS1v15/.test(callee) ? "doubtful" : false;
    if (language === "python" && /modes\.(?:CBC|CFB|OFB|CTR)$/.test(callee))
      return /\bhmac\b|\bHMAC\b/.test(fileTextOf(node)) ? false : "doubtful";
    const asked = values
      .flatMap((value) => [value, ...assignmentsOf(value)])
      .map((value) => value.text())
      .join(" ");
    const algorithm = values.slice(0, 1).map(writtenText).join(" ");
    if (language === "java" && /getInstance$/.test(callee)) return isWeakInJava(callee, algorithm === "" ? asked : algorithm, node);
    if (/SecretKeySpec$/.test(callee))
      return /"(?:DES|DESede|RC4|RC2|ARCFOUR|Blowfish)"/i.test(values.slice(-1).map(writtenText).join(" "));
    if (/AES\.new$/.test(callee))
      return (
        /MODE_ECB/.test(asked) ||
        (/MODE_(?:CBC|CFB|OFB|CTR|OPENPGP)\b/.test(asked) && !isMentioned(node, /\bhmac\b|\bHMAC\b|\bCMAC\b/) && "doubtful")
      );
    // Without something that is checked first, who sends what was changed learns whether it could be unpadded.
    if (/createCipheriv|createDecipheriv/.test(callee) && /^["'`]aes-?\d+-cbc["'`]$/i.test(algorithm) && !isMentioned(node, authenticated))
      return "doubtful";
    if (/createCipheriv|createDecipheriv|openssl_|Cipher\.new|mcrypt/.test(callee))
      return /\b(des|des-ede3?|rc4|rc2|bf|blowfish|cast5?|idea)\b|-ecb\b|des-|rc4|MCRYPT_(DES|RIJNDAEL|3DES)|MODE_ECB/i.test(asked);
    return true;
  },
  message: "This cipher or mode keeps no secret from somebody who tries: short keys and blocks are searched, ECB shows what repeats.",
  suggestion: "Use AES-GCM or ChaCha20-Poly1305 with a fresh nonce for each message.",
});
