import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const outdatedImport = lineRule({
  id: "go/outdated-import",
  title: "A package is imported that keeps no secrets",
  category: "security",
  subcategory: "weak-cipher",
  severity: "info",
  confidence: "low",
  languages: ["go"],
  cwe: [327, 338],
  match: verbose`
    ^\s*(?:import\s+)?(?:\w+\s+)?"(?:
      crypto\/(?:des|rc4|md5|sha1|dsa)
      | golang\.org\/x\/crypto\/(?:md4|ripemd160|blowfish|cast5|tea|xtea|openpgp|pkcs12\/internal\/rc2)
      | math\/rand(?:\/v2)?
    )"
  `,
  when: ([found], _line, lines) =>
    !/math\/rand/.test(found) ||
    /passw|\b\w*[tT]oken|\bsession|\bsecret|"crypto\/|golang\.org\/x\/crypto|\bnonce|\bsalt\b/.test(lines.slice(0, 2_000).join("\n")),
  message:
    "It is there for old formats and for games: none of its ciphers and hashes withstand attacks of today, and its numbers can be foretold.",
  suggestion: "Use crypto/aes with GCM, crypto/sha256 and crypto/rand where somebody must not read, forge or guess.",
});
