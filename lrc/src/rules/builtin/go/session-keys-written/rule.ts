import { lineRule } from "../../../kinds/index.ts";
import { isMadeUpPath } from "../../../text/index.ts";

export const sessionKeysWritten = lineRule({
  id: "go/session-keys-written",
  title: "The keys of encrypted connections are written to a file",
  category: "security",
  subcategory: "exposed-secret",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [200, 532],
  match: /\bKeyLogWriter\s*[:=](?!=)\s*(?!nil\b)\S/,
  when: (_found, line, lines, { diff }) =>
    !isMadeUpPath(diff.path) &&
    !/\bif\b[^\n]{0,120}(?:key_?log|debug|SSLKEYLOGFILE)/i.test(lines.slice(Math.max(0, line - 8), line).join("\n")),
  message: "Whoever reads what is written there can decrypt every connection that was recorded.",
  suggestion: "Leave KeyLogWriter out but for debugging, behind a switch that is off.",
});
