import { syntaxRule } from "../../../kinds/index.ts";
import { fileTextOf, type SyntaxNode, textAround } from "../../../syntax/index.ts";
import { isAskedFor, isSaidByName } from "../../../text/index.ts";

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
    if (/M(?:in|ax)Version\s*:|InsecureSkipVerify\s*:\s*!?true/.test(text)) return false;
    if (/\.M(?:in|ax)Version\s*=/.test(textAround(node))) return false;
    if (/\{\s*\}$/.test(text)) return isFinished(node) && "doubtful";
    const lines = fileTextOf(node).split("\n");
    const line = node.range().start.line + 1;
    if (isAskedFor(lines, line)) return isSaidByName(lines, line) && "doubtful";
    return node.field("type") ?? true;
  },
  message:
    "Which versions are spoken is left to the Go release that builds this: a server built with one from before 1.22 still takes TLS 1.0.",
  suggestion: "Set MinVersion to tls.VersionTLS12 or tls.VersionTLS13.",
});

/** An empty one that is handed on as it is: returned, or given to something. */
function isFinished(node: SyntaxNode): boolean {
  const outer = node.parent()?.kind() === "unary_expression" ? node.parent()?.parent() : node.parent();
  return /^(?:argument_list|literal_element|keyed_element)$/.test(String(outer?.kind())) || outer?.parent()?.kind() === "return_statement";
}
