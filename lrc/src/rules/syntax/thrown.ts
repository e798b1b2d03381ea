import type { SyntaxNode } from "./tree.ts";

/** What the exceptions of Java were made with that a `catch` calls `node`, as far as its own `try` throws them. */
export function thrownTo(node: SyntaxNode): readonly SyntaxNode[] {
  const name = node.text();
  for (let parent = node.parent(); parent !== null; parent = parent.parent()) {
    if (/^(?:method|constructor)_declaration$/.test(String(parent.kind()))) return [];
    if (parent.kind() !== "catch_clause") continue;
    const caught = parent.children().find((child) => child.kind() === "catch_formal_parameter");
    if (caught?.field("name")?.text() === name) return madeIn(parent.parent()?.field("body") ?? undefined);
  }
  return [];
}

function madeIn(body: SyntaxNode | undefined): readonly SyntaxNode[] {
  const thrown = body?.findAll({ rule: { kind: "throw_statement" } }) ?? [];
  return thrown.slice(0, mostThrown).flatMap((one) => one.children().filter((child) => child.kind() === "object_creation_expression"));
}

const mostThrown = 4;
