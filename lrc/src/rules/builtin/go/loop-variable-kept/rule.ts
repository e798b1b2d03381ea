import { syntaxRule } from "../../../kinds/index.ts";
import type { SyntaxNode } from "../../../syntax/index.ts";

export const loopVariableKept = syntaxRule({
  id: "go/loop-variable-kept",
  title: "The variable of a loop is kept beyond its round",
  category: "correctness",
  subcategory: "aliasing",
  severity: "info",
  confidence: "medium",
  languages: ["go"],
  cwe: [118],
  mentions: /\bfor\b/,
  find: [{ kind: "for_statement", has: { any: [{ kind: "range_clause" }, { kind: "for_clause" }] } }],
  when: (node) => {
    const clause = node.children().find((child) => /^(?:range|for)_clause$/.test(String(child.kind())));
    const body = node.field("body");
    if (clause === undefined || body === null || !/:=/.test(clause.text())) return false;
    const [before = ""] = clause.text().split(":=");
    const names = before.split(",").flatMap((name) => (/^\w+$/.test(name.trim()) && name.trim() !== "_" ? [name.trim()] : []));
    const text = body.text().slice(0, 8_000);
    for (const name of names) {
      if (new RegExp(`\\b${name}\\s*:=\\s*${name}\\b`).test(text)) continue;
      const kept = new RegExp(`(?:append\\([^\\n]{0,80},\\s*|\\]\\s*=\\s*|:\\s*|<-\\s*)&${name}(?![\\w.([])`);
      const [address] = body.findAll({ rule: { kind: "unary_expression", regex: `^&${name}$` } });
      if (address !== undefined && kept.test(text)) return address;
      const started = startedWith(body, name);
      if (started !== undefined) return started;
    }
    return false;
  },
  message:
    "Before Go 1.22 there is one variable for all rounds: what keeps its address, or starts and runs later, sees what the last round put there.",
  suggestion:
    "Hand it over as an argument, or write name := name at the beginning of the round; from Go 1.22 on (go.mod) nothing is needed.",
});

/** What is started in the loop without being handed the variable that it uses. */
function startedWith(body: SyntaxNode, name: string): SyntaxNode | undefined {
  return body.findAll({ rule: { kind: "go_statement", has: { kind: "func_literal", stopBy: "end" } } }).find((started) => {
    const literal = started.find({ rule: { kind: "func_literal" } });
    return (
      literal !== null &&
      !new RegExp(`\\b${name}\\b`).test(literal.field("parameters")?.text() ?? "") &&
      new RegExp(`(?<![\\w.])${name}\\b(?!\\s*:=)`).test(literal.field("body")?.text() ?? "")
    );
  });
}
