import { inScript, lineRule, scriptLanguages } from "../../../kinds/index.ts";
import type { RuleSubject } from "../../../rule.ts";
import { functionAround } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

/** Whether the method around a line of Java verifies a token, too. */
function isVerifiedBeside(file: RuleSubject, line: number, lines: readonly string[]): boolean {
  const around = functionAround(file, line, "new");
  const own = around === undefined ? lines.slice(0, 3_000) : lines.slice(around.startLine - 1, around.endLine);
  return /\.verify\(|verifier|JWT\.require/i.test(own.join("\n"));
}

/** Whether the function goes on to read the token with a key: who it says it is for decides which. */
function isVerifiedAfter(line: number, lines: readonly string[]): boolean {
  if (!/^\s/.test(lines[line - 1] ?? "")) return false;
  for (const text of lines.slice(line, line + 30)) {
    if (/^\s*(?:async\s+)?def\s|^\w/.test(text)) return false;
    if (/\bdecode\(/.test(text) && !/verify|^\s*#/.test(text) && /algorithms|,\s*\w*[kK]ey/.test(text)) return true;
  }
  return false;
}

export const tokenUnverified = lineRule({
  id: "crypto/token-unverified",
  title: "A token is read without its signature being checked",
  category: "security",
  subcategory: "missing-signature-check",
  severity: "error",
  confidence: "high",
  languages: [...scriptLanguages, "python", "java", "php", "ruby", "csharp", "go"],
  cwe: [345, 347],
  match: {
    ...inScript(
      verbose("i")`
        \balgorithms?["']?\s*:\s*(?:\[[^\]]{0,80})?["']none["']
        | \bUnsecuredJWT\b | \bdecodeJwt\(
        | \bverify\(\s*\w+\s*,\s*(?:null|false|undefined|["']["'])\s*[,)]
        | ignoreExpiration\s*:\s*true
        | \b(?:jwt|jwtSimple)\.decode\([^)]{0,80},\s*true\s*[,)]
        | \b(?:jwt|jsonwebtoken|jwtSimple)\.decode\(
        | \balg["']?\s*:\s*["']none["'] | \bJW[TK]\.None\b
      `,
    ),
    python: verbose("i")`
      verify_(?:signature|exp|aud)["']?\s*:\s*False
      | jwt\.decode\([^#]{0,200}verify\s*=\s*False
      | algorithms?\s*=\s*(?:\[[^\]#]{0,80})?["']none["']
      | ["']ALGORITHM["']\s*:\s*(?:None\b|["']none["'])
      | \bget_unverified_claims\(
    `,
    java: verbose`
      parseClaimsJwt\(
      | \bJwts\.parser(?:Builder)?\(\)[^;]{0,120}\.parse\(
      | Algorithm\.none\(\) | \.unsecured\(\) | \bJWT\.decode\( | \bSignatureAlgorithm\.NONE\b
    `,
    go: /\.ParseUnverified\(|jwt\.UnsafeAllowNoneSignatureType|SigningMethodNone\b/,
    php: /["']alg["']\s*=>\s*["']none["']/i,
    ruby: /JWT\.decode\(?[^#]{0,160},\s*(?:nil\s*,\s*)?false\b|algorithm:\s*["']none["']/,
    csharp: /(?:ValidateIssuerSigningKey|RequireSignedTokens|ValidateLifetime)\s*=\s*false/,
  },
  // What is decoded to look at it first and verified after is all right.
  when: ([found], line, lines, file) => {
    const { language } = file;
    // Who it is for, and until when, may be asked elsewhere.
    if (language === "python") return !isVerifiedAfter(line, lines) && (/verify_(?:exp|aud)/.test(found) ? "doubtful" : true);
    if (language === "java" && /decode\($/.test(found)) return !isVerifiedBeside(file, line, lines);
    return !/decode\($/i.test(found) || !/\.verify\(|jwtVerify|verifier|JWT\.require/i.test(lines.slice(0, 3_000).join("\n"));
  },
  message: "Whoever sends the token can write into it what they like: another user, another role, no end.",
  suggestion: "Verify the signature with the algorithm and the key that you expect.",
});
