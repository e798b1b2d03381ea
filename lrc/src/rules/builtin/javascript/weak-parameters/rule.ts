import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { optionOf, textAround } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const weakParameters = callRule({
  id: "javascript/weak-parameters",
  title: "Cryptography is used with parameters that are too weak",
  category: "security",
  subcategory: "weak-parameters",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [326, 327, 780, 916],
  mentions: /Padding|PADDING|padding|pbkdf2|PBKDF2|argon2|ECDH|DiffieHellman|gcm|bcrypt|ECB|namedCurve/,
  callee: inScript(
    verbose`
      (^|\.)(
        privateDecrypt | publicEncrypt | pbkdf2 | pbkdf2Sync | createECDH | createDiffieHellman | getDiffieHellman
        | createDiffieHellmanGroup | generateKeyPair | generateKeyPairSync | createDecipheriv
      )$
      | ^argon2\.hash$
      | ^bcrypt\.(hash|hashSync|genSalt|genSaltSync)$
      | ^CryptoJS\.(AES|PBKDF2)(\.(encrypt|decrypt))?$
    `,
  ),
  when: ({ callee, arguments: values, node }) => {
    const [first, second, third] = values;
    if (first === undefined) return false;
    if (/Decrypt$|Encrypt$/.test(callee)) return /RSA_NO_PADDING|RSA_PKCS1_PADDING/.test(first.text());
    if (/pbkdf2/.test(callee)) return third !== undefined && /^\d+$/.test(third.text()) && Number(third.text()) < 10_000;
    if (/createECDH$/.test(callee)) return /^["'`](?:secp1(?:12|28|60)|secp192|prime192|sect1[136]|wap-wsg|Oakley)/.test(first.text());
    if (/DiffieHellmanGroup$|getDiffieHellman$/.test(callee)) return /^["'`]modp[125]["'`]$/.test(first.text());
    if (/createDiffieHellman$/.test(callee)) return /^\d+$/.test(first.text()) && Number(first.text()) < 2048;
    if (/generateKeyPair/.test(callee))
      return /^["'`](?:secp1(?:12|28|60)|secp192|prime192|sect1[136])/.test(optionOf(second, "namedCurve")?.text() ?? "");
    if (/argon2/.test(callee)) return /argon2[di]$/.test(optionOf(second, "type")?.text() ?? "");
    if (/genSalt/.test(callee)) return /^[1-7]$/.test(first.text());
    if (/^bcrypt/.test(callee)) return /^[1-7]$/.test(second?.text() ?? "");
    if (/createDecipheriv$/.test(callee))
      return (
        /-gcm["'`]$/i.test(first.text()) &&
        optionOf(values[3], "authTagLength") === undefined &&
        !/authTagLength|\.length\s*[!=]==?\s*16/.test(textAround(node))
      );
    return /mode\.ECB\b/.test(node.text());
  },
  message: "Padding, rounds, groups and curves like these have been broken, or are searched through on one machine.",
  suggestion: "RSA with OAEP, 600,000 rounds of PBKDF2, argon2id, curves and groups of 2048 bits and more, tags of 16 bytes.",
});
