import { syntaxRule } from "../../../kinds/index.ts";
import { scopeOf } from "../../../syntax/index.ts";

export const returnLocal = syntaxRule({
  id: "c/return-local",
  title: "The address of a local variable is returned",
  category: "correctness",
  subcategory: "dangling-pointer",
  severity: "error",
  confidence: "high",
  languages: ["c", "cpp"],
  cwe: [562],
  mentions: /return/,
  find: [{ kind: "return_statement" }],
  when: (node) => {
    const [, reference, name] = /^return\s+(&?)\s*(\w+)\s*;$/.exec(node.text()) ?? [];
    if (name === undefined) return false;
    const around = scopeOf(node);
    const body = around.field("body")?.text() ?? "";
    const result = around.text().slice(0, around.text().indexOf("(") + 1);
    if (!/\*/.test(result) && !(/&\s*\w+\($/.test(result) && reference === "")) return false;
    const array = new RegExp(
      `(?:^|[;{}])\\s*(?!static\\b)(?:unsigned\\s+|const\\s+|struct\\s+)*\\w+\\s+${name}\\s*\\[[^\\]]*\\]\\s*[;=]`,
      "m",
    );
    const plain = new RegExp(`(?:^|[;{}])\\s*(?!static\\b)(?!return\\b)(?:unsigned\\s+|const\\s+|struct\\s+)*\\w+\\s+${name}\\s*[;=]`, "m");
    return reference === "&" ? plain.test(body) || array.test(body) : /\*/.test(result) && array.test(body);
  },
  message: "The variable is gone when the function returns, and the caller holds an address of nothing.",
  suggestion: "Let the caller hand over the buffer, or allocate it.",
});
