import { anchorOf, type Hunk, type Line, type Side } from "#diff";
import type { RuleSubject } from "../rule.ts";
import { verbose } from "../text/index.ts";
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
  // What stands above a function is not in the one that it is handed.
  const isAnnotation = /^\s*[@[]/.test(beforeLines[oldNumber - 1] ?? "") && around?.startLine === oldNumber;
  if (around === undefined || isAnnotation) return !wentWithDeclaration(subject, oldNumber);
  for (let line = around.startLine; line <= around.endLine; line += 1) {
    if (!removed.has(line) && /\w/.test(beforeLines[line - 1] ?? "")) return true;
  }
  // A function whose every line was edited is still there if its first line has a successor.
  const name = /\b(?:function\*?|def|func|fn|fun)\s+(?:\([^)]{0,80}\)\s*)?(\w+)/.exec(beforeLines[around.startLine - 1] ?? "")?.[1];
  return name !== undefined && new RegExp(`\\b(?:function\\*?|def|func|fn|fun)\\s+(?:\\([^)]{0,80}\\)\\s*)?${name}\\b`).test(subject.after);
}

const declaring = verbose`
  ^\s*(?:export\s+)?(?:
    (?:const|let|var|type|interface|class|struct|enum|static|final|public|private|resource|data|module)\b
    | [\w.\-"'$]+\s*(?::(?!:)|=(?!=))
  )
`;
/** A declaration that goes takes what stands in it along, unless it is hardly more than that. */
const leastOfDeclaration = 6;

/** Outside of functions: whether a line went with the whole declaration, or the whole block of settings, that it stood in. */
function wentWithDeclaration(subject: RuleSubject, oldNumber: number): boolean {
  const { removed, beforeLines } = changedText(subject);
  const indentation = (number: number): number => /^\s*/.exec(beforeLines[number - 1] ?? "")![0].length;
  let first = oldNumber;
  for (let number = oldNumber - 1, own = indentation(oldNumber); number > 0 && own > 0 && removed.has(number); number -= 1) {
    if (!/\w/.test(beforeLines[number - 1] ?? "") || indentation(number) >= own) continue;
    own = indentation(number);
    if (declaring.test(beforeLines[number - 1] ?? "")) first = number;
  }
  let last = oldNumber;
  while (removed.has(last + 1) && (indentation(last + 1) > indentation(first) || !/\w/.test(beforeLines[last] ?? ""))) last += 1;
  return first < oldNumber && last - first + 1 >= leastOfDeclaration;
}

/** The innermost function of a file, as it was before the change unless `side` says otherwise, that holds a line. */
export function functionAround(
  subject: RuleSubject,
  line: number,
  side: Side = "old",
): { readonly startLine: number; readonly endLine: number } | undefined {
  let around: { readonly startLine: number; readonly endLine: number } | undefined;
  for (const node of nodesAround(subject, line, side)) if (functionKinds.test(String(node.kind()))) around = linesOf(node);
  return around;
}

/** The nodes of a tree that hold a line, outermost first. */
function* nodesAround(subject: RuleSubject, line: number, side: Side): Generator<SyntaxNode> {
  let node: SyntaxNode | undefined = treeOf(subject, side);
  while (node !== undefined) {
    yield node;
    node = node.children().find((child) => {
      const { startLine, endLine } = linesOf(child);
      return startLine <= line && line <= endLine && child.children().length > 0;
    });
  }
}

const texts = /string|template|heredoc|comment/;

/** Whether a removed line stood in a text that begins above it and goes on below: help, a page, a query. */
export function isWithinText(subject: RuleSubject, oldNumber: number): boolean {
  for (const node of nodesAround(subject, oldNumber, "old")) {
    const { start, end } = node.range();
    if (texts.test(String(node.kind())) && start.line + 1 < oldNumber && end.line + 1 > oldNumber)
      return !/substitution/.test(String(node.kind()));
  }
  return false;
}

const everywhere = new Set(
  "this self super err error nil null None undefined true false True False typeof instanceof new not and or is in if let await async return".split(
    " ",
  ),
);

/** The variables a condition asks about: what stands first, no members, types or functions. */
export function namesIn(condition: string): readonly string[] {
  const names =
    condition
      .slice(0, 1_000)
      .replace(/(["'`])[^"'`\n]*\1/g, "")
      .match(/(?<![\w$.>:])[A-Za-z_$][\w$]*(?![\w$]|\s*\()/g) ?? [];
  return [...new Set(names)].filter((name) => !everywhere.has(name) && !/^[A-Z]/.test(name));
}

/**
 * Whether one of some names, about which lines that were taken away asked, is gone from its function, and was there for more than to be asked about: then the
 * function was written anew around it. A name in whose place now stands what it had been given is not gone.
 */
export function isRootedOut(
  subject: RuleSubject,
  names: readonly string[],
  { startLine, endLine }: { readonly startLine: number; readonly endLine: number },
): boolean {
  if (names.length === 0) return false;
  const { beforeLines, afterLines } = changedText(subject);
  const linesAround = (
    lines: readonly string[],
    line: number,
    side: Side,
  ): { readonly first: number; readonly texts: readonly string[] } => {
    const around = functionAround(subject, line, side) ?? { startLine: 1, endLine: lines.length };
    return { first: around.startLine, texts: lines.slice(around.startLine - 1, around.endLine) };
  };
  const before = linesAround(beforeLines, startLine, "old");
  const now = linesAround(afterLines, anchorOf(subject.diff, startLine, afterLines.length), "new").texts.join("\n");
  const bareNow = withoutSpace(now);
  return names.some((name) => {
    const own = new RegExp(`(?<![\\w$.])${name.replaceAll("$", "\\$")}(?![\\w$])`);
    if (own.test(now)) return false;
    const making = new RegExp(`(?<![\\w$.])${name.replaceAll("$", "\\$")}\\s*(?::[^=]{0,60})?:?=(?!=)\\s*(?:await\\s+)?(.{3,200}?)[;,]?$`);
    let uses = 0;
    for (const [at, whole] of before.texts.entries()) {
      const number = before.first + at;
      const text = whole.slice(0, 500);
      if ((number >= startLine && number <= endLine) || /^\s*(?:\/\/|#|\*)/.test(text) || !own.test(text)) continue;
      const given = making.exec(text)?.[1];
      if (given === undefined) uses += 1;
      else if (/[.(]/.test(given) && bareNow.includes(withoutSpace(given))) return false;
    }
    return uses > 0;
  });
}

/** What holds anything says nothing about it. */
const anyType = /\b(?:any|unknown|object|Object|Any|mixed|dynamic|interface\s*\{)/;

/**
 * Whether one of some names is a parameter of the function around a removed line that has another type now: what asked about its value may be what the type
 * says. A type that says nothing does not.
 */
export function isRetyped(subject: RuleSubject, names: readonly string[], oldNumber: number): boolean {
  const around = functionAround(subject, oldNumber);
  if (around === undefined) return false;
  const { beforeLines, removed } = changedText(subject);
  const hunk = subject.diff.hunks.find(({ oldStart, oldCount }) => around.startLine >= oldStart && around.startLine < oldStart + oldCount);
  if (hunk === undefined || !removed.has(around.startLine)) return false;
  const head = beforeLines.slice(around.startLine - 1, around.startLine + 4).join(" ");
  const come = hunk.lines.flatMap((line) => (line.kind === "added" ? [line.text.slice(0, 500)] : []));
  return names.some((name) => {
    const own = new RegExp(`[^,()]*\\$?(?<![\\w.])${name.replaceAll("$", "\\$")}(?![\\w$])[^,()=]*`);
    const before = own.exec(head.slice(head.indexOf("(") + 1, 1_000))?.[0].trim();
    if (before === undefined || before === name) return false;
    return come.some((text) => {
      const now = text.includes("(") ? own.exec(text.slice(text.indexOf("(") + 1))?.[0].trim() : undefined;
      return now !== undefined && now !== before && isTyped(now) && !anyType.test(now) && !(maybe.test(now) && !maybe.test(before));
    });
  });
}

const maybe = /\b(?:undefined|null|None|nil|Option|Optional)\b|\?/;

/** `name: Type`, `Type name`, `Type $name`. */
function isTyped(text: string): boolean {
  return /^\$?[\w$]+\??\s*:\s*\S|^[\w<>[\]?\\.*&|\s]+\s[*&]?\$?\w+$/.test(text);
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
