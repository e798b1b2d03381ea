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
  mentions: /CheckOrigin|InsecureSkipVerify|AcceptOptions/,
  find: [
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
