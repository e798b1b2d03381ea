import { syntaxRule } from "../../../kinds/index.ts";

export const websocketOrigin = syntaxRule({
  id: "go/websocket-origin",
  title: "A WebSocket is opened for pages of anybody",
  category: "security",
  subcategory: "cross-origin",
  severity: "warning",
  confidence: "high",
  languages: ["go"],
  cwe: [346, 1385],
  mentions: /CheckOrigin|websocket\.Upgrade\(|OriginPatterns|AcceptOptions/,
  find: [
    // Gorilla's older function compares nothing.
    { kind: "call_expression", has: { field: "function", regex: "^websocket\\.Upgrade$" } },
    // What nhooyr.io/websocket calls not comparing the origin, and a pattern for every one.
    {
      kind: "keyed_element",
      regex: '^(InsecureSkipVerify\\s*:\\s*true|OriginPatterns\\s*:\\s*\\[\\]string\\{\\s*"\\*"\\s*\\})$',
      inside: { kind: "composite_literal", has: { field: "type", regex: "^websocket\\.AcceptOptions$" }, stopBy: { kind: "block" } },
    },
    {
      kind: "func_literal",
      regex: "^func\\([^)]*\\*http\\.Request\\)\\s*bool\\s*\\{\\s*(?:\\/\\/[^\\n]*\\s*)*return true\\s*;?\\s*\\}$",
      inside: {
        any: [
          { kind: "keyed_element", regex: "^CheckOrigin" },
          { kind: "assignment_statement", regex: "\\.CheckOrigin\\s*=" },
        ],
        stopBy: "end",
      },
    },
  ],
  message: "Any page that a visitor has open can talk to this socket with the visitor's cookies.",
  suggestion: "Leave CheckOrigin out, which compares the origin with the host, or compare it with a list.",
});
