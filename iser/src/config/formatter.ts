import { type Diagnostic, Diagnostics } from "./diagnostic.ts";
import { canonicalKey } from "./keys.ts";
import { isBareWord, type Token } from "./lexer.ts";
import { type BlockNode, type CommentLine, type EntryNode, parseFile } from "./parser.ts";

/**
 * An iscsi.conf in the layout of the manual's examples: one entry a line, the equals signs of a block below each other, keys in their own spelling, quotes
 * only where they are needed. Comments stay where they belong, and blank lines between groups stay, one each. Formatting twice changes nothing more.
 *
 * A file that cannot be parsed is not touched: its errors are returned instead.
 */
export function formatIscsiConfiguration(content: string): { readonly formatted: string } | { readonly errors: readonly Diagnostic[] } {
  const found = new Diagnostics();
  const { blocks, last } = parseFile(content, found);
  const errors = found.sorted();
  if (errors.length > 0) return { errors };
  const lines = blocks.flatMap((block, index) => [...(index > 0 ? [""] : []), ...formatBlock(block)]);
  if (blocks.length > 0 && last.length > 0) lines.push("");
  lines.push(...formatComments(last, ""));
  return { formatted: lines.map((line) => `${line}\n`).join("") };
}

function formatBlock({ nickname, entries, above, behind, last, behindEnd }: BlockNode): readonly string[] {
  const width = Math.max(0, ...entries.map(({ key }) => spelling(key).length));
  return [
    ...formatComments(above, ""),
    ...gapBehind(above, nickname),
    withComment(`${formatText(nickname)} {`, behind),
    ...entries.flatMap((entry, index) => formatEntry(entry, width, index === 0)),
    ...formatComments(last, "\t", entries.length > 0),
    withComment("}", behindEnd),
  ];
}

function formatEntry({ key, value, above, behind, isApart }: EntryNode, width: number, isFirst: boolean): readonly string[] {
  return [
    ...(isApart && !isFirst ? [""] : []),
    ...formatComments(above, "\t"),
    ...gapBehind(above, key),
    withComment(`\t${spelling(key).padEnd(width)} = ${formatText(value)}`, behind),
  ];
}

/** Blank lines between comments stay; one above the first is the business of what the comments belong to. */
function formatComments(comments: readonly CommentLine[], indentation: string, keepFirstGap = false): readonly string[] {
  return comments.flatMap(({ text, isApart }, index) => [...(isApart && (index > 0 || keepFirstGap) ? [""] : []), `${indentation}${text}`]);
}

/** A blank line between comments and what is below them says that they are about more than that. */
function gapBehind(comments: readonly CommentLine[], below: Token): readonly string[] {
  return comments.length > 0 && below.breaksBefore > 1 ? [""] : [];
}

function withComment(line: string, comment: string | undefined): string {
  return comment === undefined ? line : `${line} ${comment}`;
}

function spelling(key: Token): string {
  return canonicalKey(key.text) ?? key.text;
}

function formatText({ text }: Token): string {
  return isBareWord(text) ? text : `"${text}"`;
}
