import { constantOf } from "./constant-value.ts";
import type { Branch } from "./definitions.ts";
import type { SyntaxNode } from "./tree.ts";

const known = new WeakMap<Branch, boolean>();

/** Whether a branch is never taken, because what decides about it is written in the source. */
export function isDead(branch: Branch): boolean {
  let dead = known.get(branch);
  if (dead === undefined) {
    known.set(branch, false); // for a condition that asks about what stands in its own branch
    dead = branch.kind === "arm" ? isDeadArm(branch.node, branch.owner) : branch.kind === "case" && isDeadCase(branch.node);
    known.set(branch, dead);
  }
  return dead;
}

/** The condition of an `if` decides about its arms; what is behind an `elif` that holds is never reached either. */
function isDeadArm(arm: SyntaxNode, owner: SyntaxNode): boolean {
  const condition = owner.field("condition");
  if (condition === null) return false;
  const holds = constantOf(condition);
  if (typeof holds !== "boolean") return false;
  const isFirst = owner.field("consequence")?.id() === arm.id();
  return isFirst ? !holds : holds;
}

/** A case that the value of a `switch` is not, unless the one before it runs into it. */
function isDeadCase(node: SyntaxNode): boolean {
  const owner = switchOf(node);
  const subject = owner?.field("condition") ?? owner?.field("value") ?? owner?.field("subject");
  if (subject === null || subject === undefined) return false;
  const value = constantOf(subject);
  if (value === undefined) return false;
  const siblings = [...node.prevAll().toReversed(), node, ...node.nextAll()].filter((one) => one.kind() === node.kind() || isDefault(one));
  const chosen = siblings.findIndex((one) => labelsOf(one).includes(value));
  const taken = chosen === -1 ? siblings.findIndex(isDefault) : chosen;
  const own = siblings.findIndex((one) => one.id() === node.id());
  if (taken === -1 || own < taken) return true;
  return siblings.slice(taken, own).some((one) => /\b(?:break|return|throw|continue)\b/.test(one.text()) || !runsOn(one));
}

function switchOf(node: SyntaxNode): SyntaxNode | undefined {
  let owner = node.parent();
  if (owner !== null && /body|block/.test(String(owner.kind()))) owner = owner.parent();
  return owner ?? undefined;
}

function isDefault(node: SyntaxNode): boolean {
  return (
    /^(switch_default|default_case|default_statement)$/.test(String(node.kind())) ||
    /^default\b|^case\s+_\s*:/.test(node.text().slice(0, 20))
  );
}

/** Go, Python and arrows do not run on into the next case. */
function runsOn(node: SyntaxNode): boolean {
  return /^(switch_block_statement_group|switch_case|switch_default|case_statement|switch_section)$/.test(String(node.kind()));
}

function labelsOf(node: SyntaxNode): readonly unknown[] {
  const labels = node.children().filter((child) => child.kind() === "switch_label");
  const values = labels.length > 0 ? labels.flatMap((label) => label.children()) : node.children().slice(0, 3);
  return values.filter((child) => child.isNamed()).flatMap((child) => constantOf(child) ?? []);
}
