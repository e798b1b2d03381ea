import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf } from "../../../syntax/index.ts";

export const weakCipher = callRule({
  id: "crypto/weak-cipher",
  title: "A broken cipher or mode of operation is used",
  category: "security",
  subcategory: "weak-cipher",
  severity: "error",
  confidence: "high",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "php", "ruby"],
  cwe: [327],
  mentions: /des|rc4|rc2|blowfish|ecb|createCipher|arc4|idea/i,
  callee: {
    ...inScript(
      /(^|\.)(createCipher|createDecipher|createCipheriv|createDecipheriv)$|^CryptoJS\.(DES|TripleDES|RC4|RC4Drop|Rabbit|RabbitLegacy|Blowfish)\.(encrypt|decrypt)$/,
    ),
    python:
      /(^|\.)(DES3?|ARC4|ARC2|Blowfish|CAST|XOR)\.new$|(^|\.)AES\.new$|(^|\.)(modes\.ECB|algorithms\.(ARC4|TripleDES|Blowfish|IDEA|CAST5|SEED))$/,
    go: /^(des\.(NewCipher|NewTripleDESCipher)|rc4\.NewCipher)$/,
    java: /(^|\.)(Cipher\.getInstance|KeyGenerator\.getInstance|SecretKeyFactory\.getInstance)$|^new (DESKeySpec|NullCipher|DESedeKeySpec)$/,
    csharp:
      /^new (\w*\.)*(DESCryptoServiceProvider|TripleDESCryptoServiceProvider|RC2CryptoServiceProvider)$|(^|\.)(DES|TripleDES|RC2)\.Create$/,
    php: /^(openssl_encrypt|openssl_decrypt|mcrypt_encrypt|mcrypt_decrypt)$/,
    ruby: /^OpenSSL\.Cipher(\.Cipher)?\.new$/,
  },
  when: ({ callee, arguments: values, language }) => {
    if (/createCipher$|createDecipher$/.test(callee)) return true;
    const asked = values
      .flatMap((value) => [value, ...assignmentsOf(value)])
      .map((value) => value.text())
      .join(" ");
    if (language === "java" && /getInstance$/.test(callee))
      return (
        /"(DES|DESede|RC4|RC2|ARCFOUR|Blowfish|IDEA|AES\/ECB|RSA\/\w+\/NoPadding|AES"|DES\/|DESede\/)/i.test(asked) &&
        (/Cipher/.test(callee) || !/"AES"/.test(asked))
      );
    if (/AES\.new$/.test(callee)) return /MODE_ECB/.test(asked);
    if (/createCipheriv|createDecipheriv|openssl_|Cipher\.new|mcrypt/.test(callee))
      return /\b(des|des-ede3?|rc4|rc2|bf|blowfish|cast5?|idea)\b|-ecb\b|des-|rc4|MCRYPT_(DES|RIJNDAEL|3DES)|MODE_ECB/i.test(asked);
    return true;
  },
  message: "This cipher or mode keeps no secret from somebody who tries: short keys and blocks are searched, ECB shows what repeats.",
  suggestion: "Use AES-GCM or ChaCha20-Poly1305 with a fresh nonce for each message.",
});
