import { syntaxRule } from "../../../kinds/index.ts";
import type { SyntaxNode } from "../../../syntax/index.ts";

/** A loop that ends with return right after is no loop. */
function isLast(node: SyntaxNode): boolean {
  const after = node.nextAll().filter((other) => other.isNamed());
  return /^return\b/.test(after.at(-1)?.text() ?? "");
}

export const deferInLoop = syntaxRule({
  id: "go/defer-in-loop",
  title: "A defer in a loop waits for the end of the function",
  category: "reliability",
  subcategory: "resource-leak",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [772],
  mentions: /defer/,
  find: [{ kind: "defer_statement", inside: { kind: "for_statement", stopBy: { kind: "func_literal" } } }],
  when: (node) => /Close|Unlock|cancel|Release/.test(node.text()) && !isLast(node),
  message: "Nothing is closed before the function returns: a loop over a thousand files holds a thousand open.",
  suggestion: "Put the body into a function of its own, or close at the end of each round.",
});
