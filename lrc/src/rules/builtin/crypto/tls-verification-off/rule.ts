import { inScript, lineRule, scriptLanguages } from "../../../kinds/index.ts";
import { isAskedFor, isMadeUpPath, isSaidByName, verbose } from "../../../text/index.ts";

export const tlsVerificationOff = lineRule({
  id: "crypto/tls-verification-off",
  title: "Certificates are not verified",
  category: "security",
  subcategory: "tls-verification",
  severity: "error",
  confidence: "high",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "php", "ruby", "rust", "shell", "yaml", "dockerfile", "c", "cpp"],
  cwe: [295],
  match: {
    ...inScript(
      verbose`
        rejectUnauthorized["']?\s*:\s*(?:false|0|!1)\b
        | \.rejectUnauthorized\s*=\s*(?:false|0|!1)\b
        | checkServerIdentity["']?\s*[:=]\s*(?:function\s*\w{0,30}\s*\([^)]{0,60}\)|\([^)]{0,60}\)\s*=>)\s*(?:
            \{\s*(?:return(?:\s+(?:undefined|true|null))?;?\s*)?\}
            | undefined | true | null | void
          )
        | \binsecure["']?\s*:\s*true\b.{0,80}(?:tls|ssl|https)
        | NODE_TLS_REJECT_UNAUTHORIZED["'\]]{0,2}\s*[=:]\s*["']?0
        | strictSSL["']?\s*:\s*false
        | checkServerIdentity\s*:\s*\(\s*\)\s*=>
        | setCertificateVerifyProc\([^)]{0,60}\)\s{0,9}=>\s{0,9}\{?\s{0,9}\w{1,40}\(\s{0,9}0\s{0,9}\)
        | appendSwitch\(\s*["'\`](?:ignore-certificate-errors|allow-insecure-localhost)
      `,
    ),
    python: verbose("i")`
      (?<![\w.])(?:ssl\.)?wrap_socket\(
      | \bverify\s*=\s*(?:False\b|0\s*[,)])
      | set_missing_host_key_policy\(\s*(?:\w+\.)?(?:AutoAddPolicy|WarningPolicy)
      | _create_default_https_context\s*=
      | \b_create_unverified_context\(
      | ssl\._create_unverified_context
      | \bCERT_NONE\b | check_hostname\s*=\s*False | verify_ssl\s*=\s*False | ssl\s*=\s*False\b
      | assert_hostname\s*=\s*False | disable_warnings\( | verify_certs\s*=\s*False | \bVERIFY_NONE\b
      | \bverify\s*=\s*(?:None\b|b?["']{2})
      | \b(?:AutoAddPolicy|WarningPolicy)\b\s{0,9}\(?\s{0,9}\)?\s{0,9}\)
      | cert_reqs\s*=\s*(?:None\b|["'](?:CERT_)?(?:NONE|OPTIONAL)|ssl\.CERT_OPTIONAL)
      | \bssl\._create_stdlib_context\(
      | \bvalidate_certs?\s*=\s*False | ssl_verify\s*=\s*False | tls_verify\s*=\s*False
      | verify_mode\s*=\s*(?:0\b|CERT_NONE)
      | \binsecure_skip_verify\s*=\s*True
      | \btls_insecure_set\(\s*True | tlsAllowInvalid\w+\s*=\s*True
      | ssl_cert_reqs\s*=\s*(?:None|["']none)
      | trust_?server_?certificate\s*=\s*(?:True|yes)
      | PYTHONHTTPSVERIFY["'\]]*\s*=\s*["']?0
      | \bknown_hosts\s*=\s*None\b
      | OPT_X_TLS_REQUIRE_CERT\s*,\s*(?:\w+\.)?OPT_X_TLS_(?:NEVER|ALLOW)
      | SSL_VERIFY(?:PEER|HOST)\s*,\s*(?:0|False)\b
    `,
    go: verbose`
      InsecureSkipVerify\s*[:=]\s*true
      | TLSClientConfig\{[^}]{0,80}\bInsecure:\s*true
      | \bInsecureIgnoreHostKey\(\)
      | (?:HostKeyCallback|VerifyPeerCertificate|VerifyConnection)\s*[:=]\s*(?:ssh\.HostKeyCallback\(\s*)?func\(
      | SetTLSClientConfig\([^)\n]{0,80}InsecureSkipVerify
    `,
    java: verbose("i")`
      NoopHostnameVerifier | ALLOW_ALL_HOSTNAME_VERIFIER | AllowAllHostnameVerifier | TrustAllStrategy
      | TrustSelfSignedStrategy | InsecureTrustManagerFactory
      | setHostnameVerifier\(\s*\(\s*\w+\s*,\s*\w+\s*\)\s*->\s*true
      | checkServerTrusted\([^)]{0,120}\)\s*(?:throws\s+\w+\s*)?\{\s*\}
      | verify\(\s*(?:final\s+)?String\s+\w+\s*,\s*(?:final\s+)?SSLSession\s+\w+\s*\)
      | checkServerTrusted\(
      | \.setHostnameVerifier\(\s*SSLConnectionSocketFactory\.ALLOW_ALL
      | setSSLCheckServerIdentity\(\s*false
      | \bcheckClientTrusted\(
      | trustManager\(InsecureTrustManager
      | \(\s*\w+\s*,\s*\w+\s*\)\s*->\s*\(*true\)*\s*\)
      | \bnew\ (?:NullHostnameVerifier|NaiveTrustManager|AllTrustingTrustManager)\(
      | endpointIdentificationAlgorithm\(\s*(?:null|"")
      | setEndpointIdentificationAlgorithm\(\s*(?:null|"")
      | disableEndpointIdentification"?\s*,\s*"?true
      | loadTrustMaterial\(\s*(?:null|\w+)\s*,\s*(?:new\ TrustStrategy|\(\s*\w+\s*,\s*\w+\s*\)\s*->\s*true)
      | TrustAll\w*\(
      | \bisTrusted\(\s*(?:final\s+)?X509Certificate
      | \b(?:h|ssl|\w{0,20}[hH]andler)\.proceed\(\)
      | checkserveridentity"\s*,\s*"?false
      | ssl\.trust"\s*,\s*"\*" | setRevocationEnabled\(\s*false | trustServerCertificate=true
    `,
    csharp: verbose("i")`
      ServerCertificate(?:Custom)?Validation(?:Callback)?\s{0,9}\+?=\s{0,9}(?:
        \([^)]{0,80}\) | delegate[^{]{0,80} | \w{1,80}
      )\s{0,9}(?:=>)?\s{0,9}\{?\s{0,9}(?:return\s{1,9})?true
      | DangerousAcceptAnyServerCertificateValidator
      | TrustServerCertificate\s*=\s*true
    `,
    php: /CURLOPT_SSL_VERIFY(?:PEER|HOST)\s*(?:,|=>)\s*(?:false|0|FALSE)\b|["']verify(?:_peer|_peer_name)?["']\s*=>\s*false/,
    ruby: /VERIFY_NONE\b|verify_ssl\s*(?:=|:|=>)\s*(?:false|0|OpenSSL)|ssl_verify\s*:\s*false/,
    rust: /danger_accept_invalid_(?:certs|hostnames)\(\s*true\s*\)|SslVerifyMode::NONE|set_verify\(SslVerifyMode::NONE/,
    shell: verbose`
      \bcurl\b[^|;&#]{0,300}\s(?:-\w*k\w*|--insecure)(?:\s|$)
      | \bwget\b[^|;&#]{0,300}--no-check-certificate
      | StrictHostKeyChecking[= ]no | GIT_SSL_NO_VERIFY=(?:1|true) | http\.sslVerify[= ]false
      | NODE_TLS_REJECT_UNAUTHORIZED=0
      | npm\ config\ set\ strict-ssl\ false
      | --trusted-host\b | PYTHONHTTPSVERIFY=0
    `,
    dockerfile: verbose`
      \bcurl\b[^|;&#]{0,300}\s(?:-\w*k\w*|--insecure)(?:\s|$)
      | \bwget\b[^|;&#]{0,300}--no-check-certificate
      | GIT_SSL_NO_VERIFY[= ](?:1|true)
      | http\.sslVerify[= ]false
      | NODE_TLS_REJECT_UNAUTHORIZED[= ]["']?0
      | strict-ssl\ false | --trusted-host\b
    `,
    yaml: verbose("i")`
      \bvalidate_certs\s*:\s*(?:false|no)\b
      | insecure[_-]?skip[_-]?(?:tls[_-]?)?verify\s*:\s*true
      | NODE_TLS_REJECT_UNAUTHORIZED\s*:\s*["']?0
      | \bcurl\b[^|;&#]{0,300}\s(?:-k|--insecure)\s
    `,
    c: /CURLOPT_SSL_VERIFY(?:PEER|HOST)\s*,\s*0|SSL_VERIFY_NONE/,
    cpp: /CURLOPT_SSL_VERIFY(?:PEER|HOST)\s*,\s*(?:0|false)|SSL_VERIFY_NONE|VerifyNone/,
  },
  when: ([found], line, lines, file) => {
    if (isMadeUpPath(file.diff.path)) return false;
    if (file.language === "go") return howOff(found, line, lines, file.after ?? "");
    return (
      !/\bverify\(|check(?:Server|Client)Trusted\(|isTrusted\(/.test(found) ||
      file.language !== "java" ||
      isHollow(lines.slice(line - 1, line + 8).join("\n"))
    );
  },
  message:
    "Whoever sits between the two ends can answer in the other's name, read everything and change it; encryption without verification hides nothing from them.",
  suggestion: "Trust the certificate or authority that is meant (ca, cafile, RootCAs) instead of all of them.",
});

/** Behind a flag it is somebody's choice; in a function whose name says so, it is known. */
function howOff(found: string, line: number, lines: readonly string[], text: string): boolean | "doubtful" {
  if (/func\($/.test(found)) {
    const own = lines
      .slice(line - 1, line + 5)
      .join("\n")
      .replace(/\/\/[^\n]*/g, "");
    if (!/^[^{]{0,300}\{\s*return nil\s*;?\s*\}/.test(own.slice(own.indexOf(found)))) return false;
    // What is asked beside the usual checks may find everything all right.
    if (/^Verify/.test(found) && !/InsecureSkipVerify\s*[:=]\s*true/.test(text)) return "doubtful";
  }
  return !isAskedFor(lines, line) || (isSaidByName(lines, line) && "doubtful");
}

const acceptsAnything = verbose`
  (?:
    check(?:Server|Client)Trusted | verify | isTrusted
  )\([^)]{0,200}\)\s*(?:throws\s+[\w.,\s]{1,80})?\{\s*(?:(?:LOG|log|logger|System\.out)\.\w+\([^\n]{0,200}\);\s*)?
  (?:return(?:\s+\(*true\)*)?;\s*)?\}
`;

/** A method that is handed a certificate and accepts it whatever it is. */
function isHollow(text: string): boolean {
  const bare = text.replace(/\/\/[^\n]*|\/\*[^*]*\*\//g, "");
  return acceptsAnything.test(bare);
}
