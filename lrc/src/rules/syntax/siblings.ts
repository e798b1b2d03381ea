import type { SgRoot } from "@ast-grep/napi";
import type { SyntaxNode } from "./tree.ts";

/** What stands beside a node in its parent. */
export interface Siblings {
  /** In order, the node itself among them. */
  readonly nodes: readonly SyntaxNode[];
  /** Where the node is among them. */
  readonly at: number;
}

interface Family {
  readonly nodes: readonly SyntaxNode[];
  readonly places: ReadonlyMap<number, number>;
}

const families = new WeakMap<SgRoot, Map<number, Family>>();

/** The siblings of a node. They are taken once a parent: who asks about each statement of a block of ten thousand must not walk the block each time. */
export function siblingsOf(node: SyntaxNode): Siblings {
  const parent = node.parent();
  if (parent === null) return { nodes: [node], at: 0 };
  const root = node.getRoot();
  let known = families.get(root);
  if (known === undefined) {
    known = new Map();
    families.set(root, known);
  }
  let family = known.get(parent.id());
  if (family === undefined) {
    const nodes = parent.children();
    family = { nodes, places: new Map(nodes.map((child, at) => [child.id(), at])) };
    known.set(parent.id(), family);
  }
  return { nodes: family.nodes, at: family.places.get(node.id()) ?? 0 };
}
