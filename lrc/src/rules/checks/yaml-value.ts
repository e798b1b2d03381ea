import { type Document, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";

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

/** Where a document is no YAML, or none that is read here. */
export interface YamlFault {
  readonly line: number;
  readonly message: string;
}

/** A few aliases are enough for any check; a hostile text would grow by them without end. */
const maxAliasCount = 100;

/** The documents of a YAML text, without those that are empty. One that is broken does not take the others with it. Never throws. */
export function yamlDocuments(text: string): readonly YamlDocument[] {
  const lines = new LineCounter();
  try {
    return [...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })].flatMap(
      (document) => documentOf(document, lines) ?? [],
    );
  } catch (error) {
    // Thousands of brackets, one in another, are more than the stack of whoever reads them holds.
    return [{ value: undefined, line: 1, keyLines: new Map(), faults: [{ line: 1, message: messageOf(error) }] }];
  }
}

function documentOf(document: Document.Parsed, lines: LineCounter): YamlDocument | undefined {
  const { contents, errors } = document;
  const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line;
  const line = lineAt(contents?.range?.[0]);
  const [first] = errors; // what else is wrong mostly follows from it
  if (first !== undefined) {
    return { value: undefined, line, keyLines: new Map(), faults: [{ line: lineAt(first.pos[0]), message: first.message }] };
  }
  if (contents === null || (isScalar(contents) && contents.value === null)) return undefined;
  try {
    const keyLines = new Map<string, number>();
    noteKeys(contents, "", (way, offset) => keyLines.set(way, lineAt(offset)));
    return { value: document.toJS({ maxAliasCount }) as YamlValue, line, keyLines, faults: [] };
  } catch (error) {
    return { value: undefined, line, keyLines: new Map(), faults: [{ line, message: messageOf(error) }] };
  }
}

/** `way`: the keys that lead to this node, each followed by a full stop. */
function noteKeys(node: unknown, way: string, note: (way: string, offset: number | undefined) => void): void {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      const here = `${way}${isScalar(key) ? String(key.value) : ""}`;
      if (isScalar(key)) note(here, key.range?.[0]);
      noteKeys(value, `${here}.`, note);
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) noteKeys(item, `${way}${index}.`, note);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
