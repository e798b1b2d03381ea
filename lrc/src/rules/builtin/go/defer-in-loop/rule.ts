import { syntaxRule } from "../../../kinds/index.ts";
import { type SyntaxNode, siblingsOf } from "../../../syntax/index.ts";

/** A loop that ends with return right after is no loop. */
function isLast(node: SyntaxNode): boolean {
  const { nodes, at } = siblingsOf(node);
  const last = nodes.findLast((other) => other.isNamed());
  return last !== undefined && last.id() !== nodes[at]?.id() && /^return\b/.test(last.text().slice(0, 20));
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
