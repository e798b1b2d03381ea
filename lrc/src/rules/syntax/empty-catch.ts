import type { RuleSubject } from "../rule.ts";
import { knownKinds } from "./grammar.ts";
import { type SyntaxNode, treeOf } from "./tree.ts";

const handlers = ["catch_clause", "except_clause", "rescue"];

/** The handlers of errors that do nothing at all. One with a comment says why, and is none of them. */
export function emptyCatchesOf(file: RuleSubject): readonly SyntaxNode[] {
  const tree = treeOf(file);
  if (tree === undefined || file.language === undefined) return [];
  const kinds = knownKinds(file.language, handlers);
  if (kinds.length === 0) return [];
  return tree.findAll({ rule: { any: kinds.map((kind) => ({ kind })) } }).filter((node) => node.isNamed() && isEmpty(node));
}

function isEmpty(node: SyntaxNode): boolean {
  if (node.kind() === "rescue")
    return (
      !node.children().some(
        (child) =>
          child.kind() === "then" &&
          /[^\s]/.test(
            child
              .text()
              .replace(/^then/, "")
              .replace(/^\s*nil\s*$/, ""),
          ),
      ) && !/#/.test(node.text())
    );
  const body =
    node.field("body") ?? node.children().findLast((child) => /block|compound_statement|statement_block/.test(String(child.kind())));
  if (body === undefined || body === null) return false;
  const statements = body.children().filter((child) => child.isNamed());
  return statements.every((child) => /^(pass_statement|empty_statement|;)$/.test(String(child.kind())) || child.text() === "...");
}
