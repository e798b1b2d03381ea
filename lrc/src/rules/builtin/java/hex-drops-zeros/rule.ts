import { lineRule } from "../../../kinds/index.ts";

export const hexDropsZeros = lineRule({
  id: "java/hex-drops-zeros",
  title: "A hash is written in hexadecimal without its zeros",
  category: "security",
  subcategory: "weak-hash",
  severity: "warning",
  confidence: "medium",
  languages: ["java"],
  cwe: [704],
  match: /\bInteger\.toHexString\(\s*(?:0x[fF]{2}\s*&\s*)?\w{1,40}(?:\[\w{1,20}\])?\s*(?:&\s*0x[fF]{2}\s*)?\)/,
  when: (_found, line, lines) =>
    /MessageDigest|\bMac\b|[dD]igest|[hH]ash/.test(lines.slice(Math.max(0, line - 25), line).join("\n")) &&
    /\bfor\s*\(/.test(lines.slice(Math.max(0, line - 6), line).join("\n")) &&
    !/["']0["']|length\(\)|\+\s*0x100|0x100|substring|%02|pad/i.test(lines.slice(Math.max(0, line - 4), line + 4).join("\n")),
  message: "The bytes 01 02 and 0 12 come out the same: different hashes are taken for equal.",
  suggestion: 'Write two digits for each byte: HexFormat.of().formatHex, String.format("%02x").',
});
