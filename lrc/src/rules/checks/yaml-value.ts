import { parse, type SyntaxNode } from "../syntax/index.ts";

export type YamlValue = string | number | boolean | null | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** One document of a YAML text; lines count from 1 in the whole text. */
export interface YamlDocument {
  /** Undefined when the document cannot be read; `faults` say why. */
  readonly value: YamlValue | undefined;
  /** Where it begins. */
  readonly line: number;
  /** Where the keys stand, by their way from the outermost mapping (`rule.any.0.pattern`). */
  readonly keyLines: ReadonlyMap<string, number>;
  readonly faults: readonly YamlFault[];
}

/** What in a document is not the YAML that checks are written in. */
export interface YamlFault {
  readonly line: number;
  readonly message: string;
}

class YamlError extends Error {
  override readonly name = "YamlError";
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/**
 * The documents of a YAML text, each read for itself, so that one that is broken does not take the others with it. What is read is what checks are made
 * of (mappings, sequences, scalars plain, quoted and in blocks); anchors, aliases and tags are refused, of which checks have no need and hostile files
 * have a use.
 */
export function yamlDocuments(text: string): readonly YamlDocument[] {
  return sectionsOf(text.replace(/^\ufeff/, "")).flatMap(({ lines, before }) => {
    if (lines.every((line) => /^\s*(?:#|%|$)/.test(line))) return [];
    return [documentOf(lines, before)];
  });
}

/** The parts between lines of `---`, or after one of `...`, each with the number of lines that stand before it. */
function sectionsOf(text: string): readonly { readonly lines: string[]; readonly before: number }[] {
  const sections = [{ lines: [] as string[], before: 0 }];
  for (const [at, line] of text.split("\n").entries()) {
    const divides = /^(?:---|\.\.\.)(?=\s|$)(.*)/.exec(line);
    if (divides === null) sections.at(-1)!.lines.push(line);
    // What stands behind the dashes belongs to the document.
    else sections.push({ lines: [`   ${divides[1]}`], before: at });
  }
  return sections;
}

function documentOf(lines: readonly string[], before: number): YamlDocument {
  const lineOf = (row: number): number => before + row + 1;
  const broken = brokenRow(lines);
  const first = lines.findIndex((line) => !/^\s*(?:#|%|$)/.test(line));
  if (broken !== undefined) {
    return { value: undefined, line: lineOf(first), keyLines: new Map(), faults: [{ line: lineOf(broken), message: "this is not YAML" }] };
  }
  const reading: Reading = { lineOf, keyLines: new Map(), faults: [] };
  try {
    const document = parse("yaml", lines.join("\n"))
      .children()
      .find((child) => child.kind() === "document");
    const value = document === undefined ? null : valueAt(document, "", reading);
    return { value, line: lineOf(first), keyLines: reading.keyLines, faults: reading.faults };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { value: undefined, line: lineOf(first), keyLines: new Map(), faults: [{ line: error.line, message: error.message }] };
  }
}

/**
 * The row (from 0) from which on this is no YAML; undefined when all of it is. The parser marks as an error whatever is around it, so it is asked about
 * beginnings instead: first up to where the outermost keys begin, where all that is longer than a line has ended, then line by line.
 */
function brokenRow(lines: readonly string[]): number | undefined {
  const isBroken = (from: number, to: number): boolean => {
    const root = parse("yaml", lines.slice(from, to).join("\n"));
    return root.kind() === "ERROR" || root.find({ rule: { kind: "ERROR" } }) !== null;
  };
  if (!isBroken(0, lines.length)) return undefined;
  const cuts = [...lines.entries()].filter(([row, line]) => row > 0 && /^[^\s#}\]-]/.test(line)).map(([row]) => row);
  cuts.push(lines.length);
  // Between a beginning that is well and one that is not.
  let well = -1;
  let broken = cuts.length - 1;
  while (broken - well > 1) {
    const middle = (well + broken) >> 1;
    if (isBroken(0, cuts[middle]!)) broken = middle;
    else well = middle;
  }
  const start = well < 0 ? 0 : cuts[well]!;
  const end = cuts[broken]!;
  if (end - start > longestSearched || !isBroken(start, end)) return start;
  let row = end - 1;
  while (row > start && isBroken(start, row)) row -= 1;
  return row;
}

/** In a longer part the line where it begins is told. */
const longestSearched = 200;

/** What is noted on the way through a document. */
interface Reading {
  readonly lineOf: (row: number) => number;
  readonly keyLines: Map<string, number>;
  readonly faults: YamlFault[];
}

/** `way`: the keys that lead to this node, each followed by a full stop. */
function valueAt(node: SyntaxNode, way: string, reading: Reading): YamlValue {
  const kind = String(node.kind());
  const children = node.children().filter(isContent);
  switch (kind) {
    case "document":
    case "block_node":
    case "flow_node":
    case "plain_scalar":
      return children.length === 0 ? scalarOf(node.text()) : valueAt(only(node, children, reading), way, reading);
    case "block_mapping":
    case "flow_mapping":
      return mappingOf(children, way, reading);
    case "block_sequence":
    case "flow_sequence":
      return children.map((item, at) => {
        const content = item.kind() === "block_sequence_item" ? item.children().find((child) => isContent(child)) : item;
        return content === undefined ? null : valueAt(content, `${way}${at}.`, reading);
      });
    case "string_scalar":
      return node.text();
    case "integer_scalar":
    case "float_scalar":
    case "boolean_scalar":
    case "null_scalar":
      return scalarOf(node.text());
    case "double_quote_scalar":
      return doubleQuoted(node, reading);
    case "single_quote_scalar":
      return node.text().slice(1, -1).replaceAll("''", "'");
    case "block_scalar":
      return blockScalar(node);
    default:
      throw new YamlError(lineOf(node, reading), `${kind.replaceAll("_", " ")} is not read here`);
  }
}

function isContent(node: SyntaxNode): boolean {
  return node.isNamed() && node.kind() !== "comment";
}

function mappingOf(pairs: readonly SyntaxNode[], way: string, reading: Reading): YamlValue {
  const entries = pairs.map((pair): [string, YamlValue] => {
    const key = keyOf(pair, way, reading);
    const path = `${way}${key}`;
    const line = lineOf(pair, reading);
    const other = reading.keyLines.get(path);
    if (other === undefined) reading.keyLines.set(path, line);
    else reading.faults.push({ line, message: `${key} stands in line ${other} already` });
    const value = pair.field("value");
    return [key, value === null ? null : valueAt(value, `${path}.`, reading)];
  });
  return Object.fromEntries(entries);
}

function only(node: SyntaxNode, children: readonly SyntaxNode[], reading: Reading): SyntaxNode {
  if (children.length !== 1) throw new YamlError(lineOf(node, reading), "anchors and tags are not read here");
  return children[0]!;
}

function keyOf(pair: SyntaxNode, way: string, reading: Reading): string {
  const key = pair.field("key");
  if (key === null) throw new YamlError(lineOf(pair, reading), "a key is missing");
  const name = valueAt(key, way, reading);
  if (name === null || typeof name === "object") throw new YamlError(lineOf(pair, reading), "a key is a word");
  return String(name);
}

function scalarOf(text: string): YamlValue {
  const trimmed = text.trim();
  if (/^(?:null|~|)$/.test(trimmed)) return null;
  if (/^(?:true|false)$/.test(trimmed)) return trimmed === "true";
  return /^-?\d+(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
}

function doubleQuoted(node: SyntaxNode, reading: Reading): string {
  try {
    return JSON.parse(node.text().replaceAll(/\r?\n\s*/g, " ")) as string;
  } catch {
    throw new YamlError(lineOf(node, reading), "an escape in this text is not one of JSON's");
  }
}

/** `|` keeps lines, `>` joins them; `-` takes the last line feed away. */
function blockScalar(node: SyntaxNode): string {
  const [header = "", ...lines] = node.text().split("\n");
  const indent = Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length));
  const text = lines.map((line) => line.slice(Number.isFinite(indent) ? indent : 0)).join(header.startsWith(">") ? " " : "\n");
  return header.includes("-") ? text.trimEnd() : `${text.trimEnd()}\n`;
}

function lineOf(node: SyntaxNode, { lineOf }: Reading): number {
  return lineOf(node.range().start.line);
}
