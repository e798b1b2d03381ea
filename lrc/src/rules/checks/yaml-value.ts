import { parse, type SyntaxNode } from "../syntax/index.ts";

export type YamlValue = string | number | boolean | null | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** One document of a YAML text, with the lines (from 1) where it begins and where the keys of its outermost mapping stand. */
export interface YamlDocument {
  readonly value: YamlValue;
  readonly line: number;
  readonly keyLines: ReadonlyMap<string, number>;
}

/** A text that is not the YAML that checks are written in. The message names the line. */
export class YamlError extends Error {
  override readonly name = "YamlError";
}

/**
 * The documents of a YAML text. It reads what checks are made of (mappings, sequences, scalars plain, quoted and in blocks) and refuses
 * anchors, aliases and tags, of which checks have no need and hostile files have a use.
 */
export function yamlDocuments(text: string): readonly YamlDocument[] {
  const root = parse("yaml", text);
  const broken = root.find({ rule: { kind: "ERROR" } });
  if (broken !== null) throw new YamlError(`line ${lineOf(broken)} is not YAML`);
  return root
    .children()
    .filter((child) => child.kind() === "document")
    .map((document) => ({ value: valueAt(document), ...linesIn(document) }));
}

function linesIn(document: SyntaxNode): Omit<YamlDocument, "value"> {
  const root = document.children().find((child) => child.isNamed() && child.kind() !== "comment");
  const mapping = root?.children().find((child) => /^(?:block|flow)_mapping$/.test(String(child.kind())));
  const pairs = mapping?.children().filter((child) => /_pair$/.test(String(child.kind()))) ?? [];
  return { line: lineOf(root ?? document), keyLines: new Map(pairs.map((pair) => [keyOf(pair), lineOf(pair)])) };
}

function valueAt(node: SyntaxNode): YamlValue {
  const kind = String(node.kind());
  const children = node.children().filter((child) => child.isNamed() && child.kind() !== "comment");
  switch (kind) {
    case "document":
    case "block_node":
    case "flow_node":
    case "plain_scalar":
      return children.length === 0 ? scalarOf(node.text()) : valueAt(only(node, children));
    case "block_mapping":
    case "flow_mapping":
      return Object.fromEntries(children.map((pair) => [keyOf(pair), optional(pair.field("value"))]));
    case "block_sequence":
    case "flow_sequence":
      return children.map((item) =>
        item.kind() === "block_sequence_item" ? optional(item.children().find((child) => child.isNamed()) ?? null) : valueAt(item),
      );
    case "string_scalar":
      return node.text();
    case "integer_scalar":
    case "float_scalar":
    case "boolean_scalar":
    case "null_scalar":
      return scalarOf(node.text());
    case "double_quote_scalar":
      return doubleQuoted(node);
    case "single_quote_scalar":
      return node.text().slice(1, -1).replaceAll("''", "'");
    case "block_scalar":
      return blockScalar(node);
    default:
      throw new YamlError(`line ${lineOf(node)}: ${kind.replaceAll("_", " ")} is not read here`);
  }
}

function only(node: SyntaxNode, children: readonly SyntaxNode[]): SyntaxNode {
  if (children.length !== 1) throw new YamlError(`line ${lineOf(node)}: anchors and tags are not read here`);
  return children[0]!;
}

function optional(node: SyntaxNode | null): YamlValue {
  return node === null ? null : valueAt(node);
}

function keyOf(pair: SyntaxNode): string {
  const key = pair.field("key");
  if (key === null) throw new YamlError(`line ${lineOf(pair)}: a key is missing`);
  const name = valueAt(key);
  if (name === null || typeof name === "object") throw new YamlError(`line ${lineOf(pair)}: a key is a word`);
  return String(name);
}

function scalarOf(text: string): YamlValue {
  const trimmed = text.trim();
  if (/^(?:null|~|)$/.test(trimmed)) return null;
  if (/^(?:true|false)$/.test(trimmed)) return trimmed === "true";
  return /^-?\d+(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
}

function doubleQuoted(node: SyntaxNode): string {
  try {
    return JSON.parse(node.text().replaceAll(/\r?\n\s*/g, " ")) as string;
  } catch {
    throw new YamlError(`line ${lineOf(node)}: an escape in this text is not one of JSON's`);
  }
}

/** `|` keeps lines, `>` joins them; `-` takes the last line feed away. */
function blockScalar(node: SyntaxNode): string {
  const [header = "", ...lines] = node.text().split("\n");
  const indent = Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length));
  const text = lines.map((line) => line.slice(Number.isFinite(indent) ? indent : 0)).join(header.startsWith(">") ? " " : "\n");
  return header.includes("-") ? text.trimEnd() : `${text.trimEnd()}\n`;
}

function lineOf(node: SyntaxNode): number {
  return node.range().start.line + 1;
}
