import { type Advice, callRule, inScript, lineRule, scriptLanguages, severalRules } from "../../../kinds/index.ts";
import { type SyntaxNode, writtenOf } from "../../../syntax/index.ts";
import { isMadeUpPath, verbose } from "../../../text/index.ts";

const advice = {
  id: "crypto/cleartext",
  title: "A connection is made without encryption",
  category: "security",
  subcategory: "cleartext-transport",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java"],
  cwe: [319],
  message: "Everybody between the two ends can read and change what is sent, passwords included.",
  suggestion: "Use the encrypted variant: https, SFTP or FTPS, SSH, TLS credentials.",
} as const satisfies Advice;

const asLine = lineRule({
  ...advice,
  match: {
    ...inScript(
      verbose`
        \b(?:credentials|ServerCredentials)\.createInsecure\(
        | \bnew\ WebSocket\(\s*["'\`]ws:\/\/
        | \b(?:
            fetch | axios(?:\.\w+)? | got(?:\.\w+)? | http\.(?:get|request) | request(?:\.\w+)?
          )\(\s*["'\`]http:\/\/[^"'\`]{4}
      `,
    ),
    python: verbose`
      \btelnetlib\.Telnet\( | \bftplib\.FTP\(
      | \b(?:requests|httpx|session)\.(?:get|post|put|patch|delete|head|options)\(\s*f?["'](?:http|ftp):\/\/[^"']{4}
      | \b(?:requests|httpx|aiohttp|session|s)\.request\(\s*(?:method\s*=\s*)?["']\w{3,7}["'],\s*(?:url\s*=\s*)?f?["'](?:http|ftp):\/\/[^"']{4}
      | \b(?:websocket\.create_connection|websockets\.connect)\(\s*f?["']ws:\/\/[^"']{4}
      | \burlopen\(\s*f?["']http:\/\/[^"']{4}
      | \bFTP\(\s*["'] | \bTelnet\(
      | \bhttp\.client\.HTTPConnection\(
      | \bhttplib\.HTTPConnection\(
      | \b(?:\w+\.)?(?:
          Request | urlretrieve | OpenerDirector\(\)\.open
          | URLopener\(\)\.(?:open|retrieve)
          | \w+\.open | ws_connect | HTTPSConnection | urlopen
        )\(\s*f?["'](?:http|ftp|ws):\/\/[^"']{4}
      | \bsmtplib\.SMTP\( | \bSMTP\(\s*["'\w] | EMAIL_USE_TLS\s*=\s*False | EMAIL_USE_SSL\s*=\s*False
      | use_ssl\s*=\s*False | use_tls\s*=\s*False | \binsecure_channel\( | require_encryption\s*=\s*False
      | \bAuthIgnore\b
      | \b(?:imaplib\.IMAP4|poplib\.POP3)\(
      | \bpsycopg\d?\.connect\([^#\n]{0,200}\bsslmode\s*=\s*["']?disable\b
      | \bCommunityData\([^#)]{0,80}mpModel\s*=\s*[01]\b
      | \bUsmUserData\(\s*["'][^"',]*["']\s*\)
    `,
    go: verbose`
      \bgrpc\.WithInsecure\(\) | \binsecure\.NewCredentials\(\) | \bgrpc\.NewServer\( | \bhttp\.ListenAndServe\(
      | \bsmtp\.Dial\( | \bwebsocket\.Dial\(\s*"ws:\/\/ | "[^"]*\bsslmode=disable\b
      | \bldap\.(?:DialURL\(\s*"ldap:\/\/|Dial\()
      | \bDefaultDialer\.Dial(?:Context)?\([^"\n]{0,20}"ws:\/\/
      | \bhttp\.NewRequest(?:WithContext)?\([^"\n]{0,20}"[A-Z]+",\s*"http:\/\/[^"]{4}
      | \bhttp\.(?:Get|Post|PostForm|Head)\(\s*"http:\/\/[^"]{4}
      | \bftp\.(?:Connect|Dial)\(
    `,
    java: verbose`
      \bnew\ (?:FTPClient|TelnetClient)\(\)
      | \bnew\ SMTPClient\(
      | \bnew\ (?:URL|URI|HttpGet|HttpPost|HttpPut|HttpDelete)\(\s*"http:\/\/[^"]{4}
      | URI\.create\(\s*"http:\/\/[^"]{4}
      | \b(?:getForObject|getForEntity|postForObject|exchange|\.url|\.uri|\.target|Unirest\.\w+)\(\s*"http:\/\/[^"]{4}
      | \.usePlaintext\( | ConnectionSpec\.CLEARTEXT | MIXED_CONTENT_ALWAYS_ALLOW | setMixedContentMode\(\s*0
      | \bnew\ (?:[\w.]{1,40}\.)?(?:Server)?Socket\(
      | \bnew\ DefaultHttpClient\(\s*\)
      | setUseSSL\(\s*false | requiresInsecure\(\) | setSSLOnConnect\(\s*true
      | \.setStartTLS(?:Enabled|Required)\(\s*true
      | usesCleartextTraffic
      | (?:PROVIDER_URL|"java\.naming\.provider\.url")\s*,\s*"ldap:\/\/[^"]{4}
    `,
  },
  unless: verbose`
    \/\/(?:
      localhost | 127\.0\.0\.1 | 0\.0\.0\.0 | \[::1\] | host\.docker | 169\.254 | 10\. | 192\.168\.
      | [\w-]+(?::\d+)?[/"'\`]
      | [\w.-]*\.(?:local|internal|test|svc|localhost)\b
    )
    | w3\.org | xmlsoap | schemas?\.
  `,
  when: ([found], line, lines, { diff, language }) => {
    if (/http:\/\/(?:www\.)?example\./.test(lines[line - 1]?.slice(0, 400) ?? found) && !/^(?:python|java|go)$/.test(language ?? ""))
      return false;
    if (isMadeUpPath(diff.path)) return false;
    if (language === "go" && /http:\/\/(?:www\.)?example\./.test(lines[line - 1] ?? "")) return "doubtful";
    if (/grpc\.NewServer/.test(found)) return hasNoCredentials(lines.slice(line - 1, line + 30).join("\n"));
    if (/sslmode=disable$/.test(found))
      return /localhost|127\.0\.0\.1|\/\/[^"]*@(?:[\w-]+(?::\d+)?)?\/|host=(?:[\w-]+\s|%s)/.test(lines[line - 1] ?? "")
        ? false
        : "doubtful";
    // Behind something that encrypts this is the usual way.
    if (/http\.ListenAndServe/.test(found)) return /"(?:localhost|127\.|\[::1\])/.test(lines[line - 1] ?? "") ? false : "doubtful";
    if (/smtp\.Dial/.test(found)) return /\.StartTLS\(/.test(lines.slice(line - 1, line + 30).join("\n")) ? false : "doubtful";
    if (/IMAP4\(|POP3\(/.test(found)) return !/\.(?:starttls|stls)\(/.test(lines.slice(line - 1, line + 12).join("\n"));
    if (
      /HTTPConnection\(/.test(found) &&
      /HTTPConnection\(\s*["'](?!localhost|127\.|0\.0|10\.|192\.168)[\w-]+\.[\w.-]*[a-z]["':]/.test(lines[line - 1] ?? "")
    )
      return true;
    if (/SMTP\(/.test(found)) return /starttls\(/.test(lines.slice(line - 1, line + 12).join("\n")) ? false : "doubtful";
    if (/setSSLOnConnect\(\s*true|setStartTLS/.test(found))
      return /setSSLCheckServerIdentity\(\s*(?!false)/.test(lines.slice(Math.max(0, line - 12), line + 12).join("\n")) ? false : "doubtful";
    // A name or an address alone may be that of anything; and a socket may be wrapped.
    return !/^=|(?<!Web)Socket\(|DefaultHttpClient|HTTPConnection|AuthIgnore|example\./.test(found) || "doubtful";
  },
});

/** The same where the address is in a variable, or the call has a name that was imported. */
const asCall = callRule({
  ...advice,
  mentions: /["'](?:http|ftp):\/\//,
  callee: {
    python: verbose`
      ^(?:requests|httpx|aiohttp)\.(?:get|post|put|patch|delete|head|options|request)$
      | ^\w*(?:session|client|s)\.(?:get|post|put|patch|delete|request)$
      | ^(?:urllib\.request|urllib2|urllib)\.(?:urlopen|urlretrieve|Request)$
      | ^(?:urllib\.request\.)?(?:OpenerDirector|URLopener|FancyURLopener)\(\)\.(?:open|retrieve)$
      | ^(?:urllib3\.)?PoolManager\(.{0,60}\)\.(?:request|urlopen)$
    `,
    java: /^new (?:URL|URI|HttpGet|HttpPost|HttpPut|HttpDelete|HttpPatch|HttpHead|GetMethod|PostMethod)$|^URI\.create$/,
  },
  when: ({ arguments: values, language, node }, { diff }) => {
    if (isMadeUpPath(diff.path)) return false;
    const asked = values.find((value) => value.kind() !== "keyword_argument" && (language === "java" || !isMethod(value)));
    if (asked === undefined || (asked.kind() !== "identifier" && !/^(?:\w+\(|(?:s|\w*[sS]ession)\.)/.test(node.text()))) return false;
    return (
      writtenOf(asked).some((value) => typeof value === "string" && openAddress.test(value)) &&
      (language === "python" ? "likely" : "doubtful")
    );
  },
});

export const cleartext = severalRules(asLine, asCall);

function isMethod(value: SyntaxNode): boolean {
  return /^["'](?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)["']$/i.test(value.text());
}

const openAddress = verbose`
  ^(?:http|ftp):\/\/(?!
    localhost | 127\. | 0\.0\.0\.0 | \[?::1 | 10\. | 192\.168\. | 169\.254\. | host\.docker | [\w-]+(?:[:/]|$)
    | [\w.-]+\.(?:local|internal|test|invalid|svc|localhost|lan)\b
    | www\.w3\.org | schemas?\.
  )[\w.-]+
`;

/** A server for gRPC that is told its options here, none of them credentials. Options that come from elsewhere may hold them. */
function hasNoCredentials(text: string): boolean {
  const start = text.indexOf("grpc.NewServer(") + "grpc.NewServer".length;
  let depth = 0;
  for (let at = start; at < Math.min(text.length, start + 2_000); at += 1) {
    if (text[at] === "(") depth += 1;
    else if (text[at] === ")") depth -= 1;
    if (depth === 0) return !/\.\.\.\s*,?\s*\)$|\bCreds\(|[cC]reds?\b|[oO]pts?\b|[oO]ption\w*\b(?!\()/.test(text.slice(start, at + 1));
  }
  return false;
}
