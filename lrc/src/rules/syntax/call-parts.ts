import type { SyntaxNode } from "./tree.ts";

/** What is called, with what it is called on and without spaces: `this.db.query`. */
export function calleeText(node: SyntaxNode): string {
  const receiver = node.field("object") ?? node.field("receiver") ?? node.field("scope");
  const name =
    node.field("name") ??
    node.field("method") ??
    node.field("function") ??
    node.field("constructor") ??
    node.field("type") ??
    node.child(0);
  const text = (name?.text() ?? "").replace(/\s+/g, "").replace(/\?\./g, ".");
  return receiver === null ? text : `${receiver.text().slice(-200).replace(/\s+/g, "")}.${text}`;
}

/** What a method is called on. */
export function receiverOf(node: SyntaxNode): SyntaxNode | undefined {
  const callee = node.field("function");
  return (
    node.field("object") ??
    node.field("receiver") ??
    callee?.field("object") ??
    callee?.field("operand") ??
    callee?.field("value") ??
    callee?.field("expression") ??
    undefined
  );
}

/** What a call is given. */
export function argumentNodes(node: SyntaxNode): readonly SyntaxNode[] {
  const list =
    node.field("arguments") ?? node.children().find((child) => /^(argument_list|arguments|token_tree)$/.test(String(child.kind())));
  return list?.children().filter((child) => child.isNamed() && child.kind() !== "comment") ?? [];
}
