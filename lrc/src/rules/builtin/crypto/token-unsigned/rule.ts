import { callRule } from "../../../kinds/index.ts";

export const tokenUnsigned = callRule({
  id: "crypto/token-unsigned",
  title: "A token is made without a signature",
  category: "security",
  subcategory: "missing-signature",
  severity: "error",
  confidence: "high",
  languages: ["java", "python"],
  cwe: [345, 347],
  mentions: /Jwts\.builder|PlainJWT|XMLVerifier/,
  callee: { java: /\.compact$|^new PlainJWT$/, python: /^(signxml\.)?XMLVerifier\(\)\.verify$/ },
  when: ({ node, callee, language, arguments: values }) => {
    const text = node.text();
    // Whoever signed with a key of their own is believed, too.
    if (language === "python") return !/x509_cert|cert_subject_name|ca_pem_file|hmac_key|expect_config|\*\*/.test(text);
    if (!/\.compact$/.test(callee)) return true;
    return (
      values.length === 0 && /^(?:io\.jsonwebtoken\.)?Jwts\s*\.\s*builder\(/.test(text) && !/\.\s*(?:signWith|encryptWith)\(/.test(text)
    );
  },
  message: "Anybody can make such a token, and nobody who reads it can tell: it says who somebody is and proves nothing.",
  suggestion: "Sign it (signWith), and name the key or certificate that is expected where it is read.",
});
