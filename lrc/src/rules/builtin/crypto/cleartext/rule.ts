import { inScript, lineRule, scriptLanguages } from "../../../kinds/index.ts";
import { isMadeUpPath } from "../../../text/index.ts";

export const cleartext = lineRule({
  id: "crypto/cleartext",
  title: "A connection is made without encryption",
  category: "security",
  subcategory: "cleartext-transport",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java"],
  cwe: [319],
  match: {
    ...inScript(
      /\bcredentials\.createInsecure\(|\bnew WebSocket\(\s*["'`]ws:\/\/|\b(?:fetch|axios(?:\.\w+)?|got(?:\.\w+)?|http\.(?:get|request)|request(?:\.\w+)?)\(\s*["'`]http:\/\/[^"'`]{4}/,
    ),
    python:
      /\btelnetlib\.Telnet\(|\bftplib\.FTP\(|\b(?:requests|httpx|session)\.(?:get|post|put|patch|delete|request)\(\s*f?["']http:\/\/[^"']{4}|\burlopen\(\s*f?["']http:\/\/[^"']{4}|\bFTP\(\s*["']/,
    go: /\bgrpc\.WithInsecure\(\)|\binsecure\.NewCredentials\(\)|\bgrpc\.NewServer\(\s*\)|\bhttp\.(?:Get|Post|PostForm|Head)\(\s*"http:\/\/[^"]{4}|\bftp\.(?:Connect|Dial)\(/,
    java: /\bnew (?:FTPClient|TelnetClient)\(\)|\bnew (?:URL|URI|HttpGet|HttpPost)\(\s*"http:\/\/[^"]{4}|\.usePlaintext\(\)/,
  },
  unless:
    /\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker|169\.254|10\.|192\.168\.|[\w-]+(?::\d+)?[/"'`]|[\w.-]*\.(?:local|internal|test|svc|localhost)\b)|w3\.org|xmlsoap|schemas?\./,
  when: ([found], line, lines, { diff }) =>
    !/http:\/\/(?:www\.)?example\./.test(lines[line - 1]?.slice(0, 400) ?? found) && !isMadeUpPath(diff.path),
  message: "Everybody between the two ends can read and change what is sent, passwords included.",
  suggestion: "Use the encrypted variant: https, SFTP or FTPS, SSH, TLS credentials.",
});
