import { syntaxRule } from "../../../kinds/index.ts";
import { fileTextOf, textAround } from "../../../syntax/index.ts";
import { isAskedFor } from "../../../text/index.ts";

export const tlsWithoutMinimum = syntaxRule({
  id: "go/tls-without-minimum",
  title: "A TLS configuration leaves the oldest version open",
  category: "security",
  subcategory: "weak-protocol",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [326, 327],
  mentions: /tls\.Config\{/,
  find: [{ kind: "composite_literal", has: { field: "type", regex: "^tls\\.Config$" } }],
  when: (node) => {
    const text = node.text();
    // What is filled later is judged where it is filled; one that verifies nothing has a finding of its own.
    if (/\{\s*\}$/.test(text) || /M(?:in|ax)Version\s*:|InsecureSkipVerify\s*:\s*true/.test(text)) return false;
    if (/\.MinVersion\s*=/.test(textAround(node)) || isAskedFor(fileTextOf(node).split("\n"), node.range().start.line + 1)) return false;
    return node.field("type") ?? true;
  },
  message:
    "Which versions are spoken is left to the Go release that builds this: a server built with one from before 1.22 still takes TLS 1.0.",
  suggestion: "Set MinVersion to tls.VersionTLS12 or tls.VersionTLS13.",
});
