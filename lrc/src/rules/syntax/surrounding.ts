import type { ChangedFile } from "#diff";
import { languageOf } from "../language.ts";
import { verbose } from "../text/index.ts";
import { functionKinds, linesOf, type SyntaxNode, treeOf } from "./tree.ts";

/** A function, class or type that is defined in a file. */
export interface Definition {
  readonly name: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** What a reader of some lines wants to see of the file around them. Lines count from 1 in the file after the change. */
export interface Surrounding {
  /** The innermost function or class around the lines. */
  readonly enclosing: { readonly startLine: number; readonly endLine: number } | undefined;
  /** Definitions elsewhere in the file of names that the lines use, in the order of the file. */
  readonly definitions: readonly Definition[];
}

interface Outline {
  /** In the order of the file. */
  readonly defined: readonly (Definition & { readonly isScope: boolean })[];
  readonly text: readonly string[];
}

/** By file: one with many hunks is asked about again and again. */
const outlines = new WeakMap<ChangedFile, Outline>();

const nothing: Surrounding = { enclosing: undefined, definitions: [] };
const containerKinds = verbose`
  ^(
    class_declaration | class_definition | class | class_specifier | struct_item | struct_specifier | impl_item
    | trait_item | interface_declaration | type_alias_declaration | enum_declaration | enum_item | type_declaration
    | type_spec | struct_declaration | record_declaration | module
  )$
`;
const variableKinds = /^(variable_declarator|const_item|static_item)$/;

/** Looks around some lines of a file. Nothing where there is no grammar, or the text is too large for it. */
export function surroundingOf(file: ChangedFile, lines: readonly number[]): Surrounding {
  const first = lines[0];
  if (file.after === undefined || first === undefined) return nothing;
  const { defined, text } = outlineOf(file, file.after);
  const last = lines.at(-1)!;
  const around = defined.filter(({ isScope, startLine, endLine }) => isScope && startLine <= first && endLine >= last).at(-1);
  const used = new Set(lines.flatMap((line) => (text[line - 1] ?? "").match(/[A-Za-z_$][\w$]{2,}/g) ?? []));
  return {
    enclosing: around === undefined ? undefined : { startLine: around.startLine, endLine: around.endLine },
    definitions: defined
      .filter(({ name, startLine, endLine }) => used.has(name) && (endLine < first || startLine > last))
      .map(({ name, startLine, endLine }) => ({ name, startLine, endLine })),
  };
}

function outlineOf(file: ChangedFile, after: string): Outline {
  let outline = outlines.get(file);
  if (outline === undefined) {
    const defined: (Definition & { readonly isScope: boolean })[] = [];
    try {
      const tree = treeOf({ ...file, language: languageOf(file.diff.path, after) });
      if (tree !== undefined) collect(tree, defined, 0);
    } catch {
      // What cannot be read has nothing around it.
    }
    outline = { defined, text: after.split("\n") };
    outlines.set(file, outline);
  }
  return outline;
}

const deepest = 40;

function collect(node: SyntaxNode, found: (Definition & { readonly isScope: boolean })[], depth: number): void {
  if (depth > deepest) return;
  for (const child of node.children()) {
    if (!child.isNamed()) continue;
    const kind = String(child.kind());
    const isScope = functionKinds.test(kind) || containerKinds.test(kind);
    if (isScope || variableKinds.test(kind)) found.push({ name: nameOf(child), ...linesOf(child), isScope });
    // What an expression is made of defines nothing that anybody else could use.
    if (!/^(string|comment|binary_expression|template_string|number)$/.test(kind)) collect(child, found, depth + 1);
  }
}

function nameOf(node: SyntaxNode): string {
  const name = node.field("name") ?? node.field("declarator")?.field("declarator") ?? node.field("declarator");
  return name?.text().split("(")[0]?.trim().slice(0, 100) ?? "";
}
