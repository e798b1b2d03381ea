import { syntaxRule } from "../../../kinds/index.ts";
import { fileTextOf, textAround } from "../../../syntax/index.ts";

export const serverWithoutTimeout = syntaxRule({
  id: "go/server-without-timeout",
  title: "A server waits for its clients without end",
  category: "security",
  subcategory: "missing-limit",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [400, 676],
  mentions: /http\.(ListenAndServe|Serve|Server\{)/,
  find: [
    { kind: "call_expression", has: { field: "function", regex: "^http\\.(ListenAndServe|ListenAndServeTLS|Serve|ServeTLS)$" } },
    { kind: "composite_literal", has: { field: "type", regex: "^http\\.Server$" } },
  ],
  // What others build their servers with leaves the limits to them.
  when: (node) =>
    !/^http\.\w+\(\s*"(?:localhost|127\.|\[::1\])/.test(node.text()) &&
    /^package main\b/m.test(fileTextOf(node).slice(0, 4_000)) &&
    (node.kind() === "call_expression" ? true : !/Timeout\s*:/.test(node.text()) && !/\.Read(?:Header)?Timeout\s*=/.test(textAround(node))),
  message: "Who sends a request one byte at a time holds a connection for ever; a few thousand of them hold the server.",
  suggestion: "Make an http.Server with ReadHeaderTimeout, ReadTimeout and WriteTimeout.",
});
