import { syntaxRule } from "../../../kinds/index.ts";
import { scopeOf } from "../../../syntax/index.ts";

export const errorSwallowed = syntaxRule({
  id: "go/error-swallowed",
  title: "An error is seen, and success is returned",
  category: "reliability",
  subcategory: "swallowed-error",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [390],
  mentions: /return nil|return\s*\}/,
  find: [{ kind: "if_statement", has: { field: "condition", regex: "^\\w*[eE]rr\\w*\\s*!=\\s*nil$" } }],
  when: (node) => {
    const body = node.field("consequence");
    if (body === null || body === undefined) return false;
    const text = body.text();
    const returned = /^\{\s*return((?:\s+(?:nil|""|0|false|true)\s*,)*)\s+nil\s*\}$/.exec(text);
    if (returned === null || /\/\//.test(text)) return false;
    const signature = scopeOf(node).field("result")?.text() ?? "";
    return /error\)?$/.test(signature);
  },
  message: "Something went wrong, and the caller is told that nothing did.",
  suggestion: "Return the error, or write why it is none.",
});
