import { lineRule, scriptLanguages } from "../../../kinds/index.ts";
import { isAskedFor, isSaidByName, verbose } from "../../../text/index.ts";

export const oldProtocol = lineRule({
  id: "crypto/old-protocol",
  title: "An outdated version of TLS is allowed",
  category: "security",
  subcategory: "weak-protocol",
  severity: "warning",
  confidence: "high",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "php", "ruby", "c", "terraform", "yaml"],
  cwe: [326, 327],
  match: verbose`
    \b(?:
      PROTOCOL_SSLv23\b | PROTOCOL_SSLv2 | PROTOCOL_SSLv3 | PROTOCOL_SSLv23_METHOD | PROTOCOL_TLSv1 | PROTOCOL_TLSv1_1
    )\b(?!_)
    | secureProtocol\s*:\s*["'](?:SSLv\d|TLSv1_method|TLSv1_1_method)
    | minVersion\s*:\s*["']TLSv1(?:\.1)?["']
    | \bSecurityPolicy(?:Protocol)?\.(?:TLS_1_0|SSL_V3|TLS_V1(?:_1)?(?:_2016)?)\b
    | \bTLSSecurityPolicy\.TLS_1_0\b
    | \bSslPolicy\.(?:LEGACY|TLS1[0-3]?_1[01]|TLS1[01])\b
    | ["']Policy-Min-TLS-1-0-
    | (?:securityPolicy|minimumProtocolVersion)["']?\s*:\s*["'](?:TLS_1_0|TLSv1(?:_2016|\.1_2016)?|SSLv3)["']
    | (?:Min|Max)Version\s*[:=]\s*(?:tls\.Version(?:SSL30|TLS10|TLS11)|0x030[012]\b)
    | MinVersion\s*[:=]\s*0\s*(?:,|\}|$|\/\/)
    | \bSSL\.(?:SSLv2|SSLv3|SSLv23|TLSv1|TLSv1_1)_METHOD
    | \btls\.TLS_\w*(?:RC4|3DES|_RSA_WITH_AES_\d+_CBC)_?\w*
    | \btls\.TLS_RSA_WITH_AES_\d+_(?:CBC|GCM)\w*
    | \btls\.TLS_ECDHE_\w+_WITH_AES_128_CBC_SHA256
    | (?:setEnabledProtocols|setProtocols|new\ SSLParameters)\([^)\n]*"(?:SSL\w*|TLSv1|TLSv1\.1)"
    | \bsetProperty\(\s*"(?:
        jdk\.tls\.client\.protocols | https\.protocols
      )"\s*,\s*"(?:[^"\n]{0,60},)?(?:SSLv\d|TLSv1|TLSv1\.1)[",]
    | allowUnsafeRenegotiation"\s*,\s*"true
    | SSLContext\.getInstance\(\s*"(?:SSL|SSLv2Hello|SSLv\d|TLSv1|TLSv1\.1)"
    | SecurityProtocolType\.(?:Ssl3|Tls11?)\b
    | SslProtocols\.(?:Ssl2|Ssl3|Tls11?)\b
    | (?:
        min(?:imum)?_(?:tls|protocol)_version
        | minimum_tls_version | ssl_policy
      )\s*[=:]\s*["']?(?:
        TLS1_0 | TLSv1 | TLS_1_0 | TLS1_1 | TLSv1\.1 | TLSv1_2016 | ELBSecurityPolicy-2015-05 | 1\.0
      )["']?\s*$
    | (?:SSLv2|SSLv3|TLSv1|TLSv1_1)_(?:client_|server_)?method\(
    | \bTLSVersion\.(?:SSLv3|TLSv1|TLSv1_1|MINIMUM_SUPPORTED)\b
    | SSLContext\.getInstance\(\s*"(?:SSLv2|TLS)"\s*\)
    | \bTlsVersion\.(?:SSL_3_0|TLS_1_0|TLS_1_1)\b
    | https\.protocols"\s*,\s*"[^"]*(?:SSLv3|TLSv1(?:\.1)?(?=[,"]))
    | \btls_versions?(?:Tls)?\(\s*"TLSv1(?:\.1)?"
    | \.options\s*&=\s*~\s*(?:\w+\.)?OP_NO_(?:SSLv\d|TLSv1(?:_1)?)\b
    | \bset_ciphers\(\s*["'](?:[^"'\n]{0,200}[:+,])?(?:RC4|DES|3DES|NULL|eNULL|aNULL|EXP|EXPORT|LOW|MD5|ALL)\b(?!["']?[^"'\n]{0,300}!(?:aNULL|eNULL|LOW|RC4))
    | ssl_version\s*=\s*["']?(?:SSLv\w*|TLSv1(?:_1|\.1)?)\b
  `,
  // "TLS" stands for what the machine offers; old ones offered old versions.
  when: ([found], line, lines, { language }) =>
    /"TLS"/.test(found) ? "doubtful" : language !== "go" || !isAskedFor(lines, line) || (isSaidByName(lines, line) && "doubtful"),
  message: "This version has known attacks, and no peer of today needs it.",
  suggestion: "Ask for TLS 1.2 at least.",
});
