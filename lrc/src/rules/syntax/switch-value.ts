import { isDeadCase } from "./reaching.ts";
import type { SyntaxNode } from "./tree.ts";

/** What a `switch` of Java that is a value may be worth: what those of its cases answer that may be taken. */
export function valuesOfSwitch(node: SyntaxNode): readonly SyntaxNode[] {
  const cases = node.field("body")?.children() ?? [];
  return cases
    .filter((one) => /^switch_(?:rule|block_statement_group)$/.test(String(one.kind())) && !isDeadCase(one))
    .flatMap(valuesOfCase);
}

function valuesOfCase(one: SyntaxNode): readonly SyntaxNode[] {
  const last = one.children().findLast((child) => child.isNamed());
  if (one.kind() === "switch_rule" && last?.kind() === "expression_statement") return named(last);
  return one.findAll({ rule: { kind: "yield_statement" } }).flatMap(named);
}

function named(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children().filter((child) => child.isNamed());
}
