import type { Hunk, Line } from "#diff";
import type { RuleSubject } from "../rule.ts";
import { changedText } from "./changed-text.ts";
import { functionKinds, linesOf, type SyntaxNode, treeOf } from "./tree.ts";

export type RemovedLine = Extract<Line, { kind: "removed" }>;
export type AddedLine = Extract<Line, { kind: "added" }>;

/** Lines that were taken away beside lines that came instead: a run of changes without context in between. */
export interface Replacement {
  readonly removed: readonly RemovedLine[];
  readonly added: readonly AddedLine[];
  readonly hunk: Hunk;
}

/** The changes of a file as replacements, in order. */
export function replacementsOf({ diff }: RuleSubject): readonly Replacement[] {
  const replacements: Replacement[] = [];
  for (const hunk of diff.hunks) {
    let removed: RemovedLine[] = [];
    let added: AddedLine[] = [];
    const end = (): void => {
      if (removed.length > 0 || added.length > 0) replacements.push({ removed, added, hunk });
      removed = [];
      added = [];
    };
    for (const line of hunk.lines) {
      if (line.kind === "removed") removed.push(line);
      else if (line.kind === "added") added.push(line);
      else end();
    }
    end();
  }
  return replacements;
}

/**
 * Whether the code around a removed line is still there. What went away with the whole function it protected is no loss; what went away alone is.
 */
export function survives(subject: RuleSubject, oldNumber: number): boolean {
  if (subject.after === undefined) return false;
  const { removed, beforeLines } = changedText(subject);
  const around = functionAround(subject, oldNumber);
  if (around === undefined) return true;
  for (let line = around.startLine; line <= around.endLine; line += 1) {
    if (!removed.has(line) && /\w/.test(beforeLines[line - 1] ?? "")) return true;
  }
  // A function whose every line was edited is still there if its first line has a successor.
  const name = /\b(?:function\*?|def|func|fn|fun)\s+(?:\([^)]{0,80}\)\s*)?(\w+)/.exec(beforeLines[around.startLine - 1] ?? "")?.[1];
  return name !== undefined && new RegExp(`\\b(?:function\\*?|def|func|fn|fun)\\s+(?:\\([^)]{0,80}\\)\\s*)?${name}\\b`).test(subject.after);
}

/** The innermost function of the file before the change that holds a line. */
export function functionAround(
  subject: RuleSubject,
  oldNumber: number,
): { readonly startLine: number; readonly endLine: number } | undefined {
  let node: SyntaxNode | undefined = treeOf(subject, "old");
  let around: { readonly startLine: number; readonly endLine: number } | undefined;
  while (node !== undefined) {
    if (functionKinds.test(String(node.kind()))) around = linesOf(node);
    node = node.children().find((child) => {
      const { startLine, endLine } = linesOf(child);
      return startLine <= oldNumber && oldNumber <= endLine && child.children().length > 0;
    });
  }
  return around;
}

/** So many lines came and so many went that a file was written anew: what one of them asked is asked in another way, or no longer has to be. */
const linesOfRewrite = 25;

/** Whether a change rewrites a file. What is missing then says little: rules that only see that something is gone keep quiet. */
export function isRewrite({ diff }: RuleSubject): boolean {
  return diff.addedCount >= linesOfRewrite && diff.removedCount >= linesOfRewrite;
}

/** A line without what layout is: so that what only moved or was wrapped is recognised. */
export function withoutSpace(text: string): string {
  return text.replace(/\s+/g, "");
}

/** How much two lines have in common, from 0 to 1, by their words. */
export function likeness(one: string, other: string): number {
  const words = new Set(one.match(/\w+/g));
  const others = new Set(other.match(/\w+/g));
  if (words.size === 0 || others.size === 0) return 0;
  let common = 0;
  for (const word of words) if (others.has(word)) common += 1;
  return (2 * common) / (words.size + others.size);
}

/** The added line that took the place of a removed one, if any is much like it. Where as many came as went, they are taken to pair up. */
export function successorOf(line: RemovedLine, { removed, added }: Replacement, atLeast = 0.5): AddedLine | undefined {
  const partner = removed.length === added.length ? added[removed.indexOf(line)] : undefined;
  let best: AddedLine | undefined;
  let most = atLeast;
  for (const candidate of added.slice(0, 200)) {
    const alike = likeness(line.text, candidate.text) + (candidate === partner ? 0.4 : 0);
    if (alike >= most) {
      most = alike;
      best = candidate;
    }
  }
  return best;
}
