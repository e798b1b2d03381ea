import type { Language, RuleSubject } from "../rule.ts";
import { changedText, touches } from "./changed-text.ts";
import { importsOfGo, nameOfPackage } from "./go-imports.ts";
import { knownKinds } from "./grammar.ts";
import { importsOf, nameInRules } from "./imports.ts";
import { fullName, importsOfPython } from "./python-imports.ts";
import { linesOf, type SyntaxNode, treeOf } from "./tree.ts";

/** A call that a change wrote or altered. */
export interface Call {
  readonly node: SyntaxNode;
  /** What is called, the parts joined with dots whatever the language writes (`this.db.query`, `new Random`, `os.system`, `format!`). What JavaScript imports has the name rules know it by. */
  readonly callee: string;
  /** What is called by its full name, where that is another one: what Python imports, what Go imports under a name of the file's own, and without the package where Java writes it. */
  readonly alias?: string;
  /** Without what names them; for a named argument see `named`. */
  readonly arguments: readonly SyntaxNode[];
  readonly language: Language;
}

const callKinds: Partial<Readonly<Record<Language, readonly string[]>>> = {
  typescript: ["call_expression", "new_expression"],
  tsx: ["call_expression", "new_expression"],
  javascript: ["call_expression", "new_expression"],
  python: ["call"],
  go: ["call_expression"],
  java: ["method_invocation", "object_creation_expression"],
  rust: ["call_expression", "macro_invocation"],
  c: ["call_expression"],
  cpp: ["call_expression"],
  csharp: ["invocation_expression", "object_creation_expression"],
  php: [
    "function_call_expression",
    "member_call_expression",
    "nullsafe_member_call_expression",
    "scoped_call_expression",
    "object_creation_expression",
    "include_expression",
    "include_once_expression",
    "require_expression",
    "require_once_expression",
    "echo_statement",
    "print_intrinsic",
    "exit_statement",
  ],
  ruby: ["call", "subshell"],
  shell: ["command"],
};

const calls = new WeakMap<RuleSubject, readonly Call[]>();

/** The calls on the changed lines of a file, outermost first. One pass over the tree serves all rules. */
export function callsOf(subject: RuleSubject): readonly Call[] {
  let found = calls.get(subject);
  if (found === undefined) {
    found = findCalls(subject);
    calls.set(subject, found);
  }
  return found;
}

/** Lets go of them, and of the tree they are in. */
export function forgetCalls(subject: RuleSubject): void {
  calls.delete(subject);
}

function findCalls(subject: RuleSubject): readonly Call[] {
  const { language } = subject;
  const kinds = language === undefined ? undefined : callKinds[language];
  if (language === undefined || kinds === undefined) return [];
  const tree = treeOf(subject);
  if (tree === undefined) return [];
  const { added } = changedText(subject);
  const found: Call[] = [];
  const imports = /^(?:javascript|typescript|tsx)$/.test(language) ? importsOf(subject.after ?? "") : undefined;
  const packages = language === "python" ? importsOfPython(subject.after ?? "") : undefined;
  const ofGo = language === "go" ? importsOfGo(subject.after ?? "") : undefined;
  for (const node of tree.findAll({ rule: { any: knownKinds(language, kinds).map((kind) => ({ kind })) } })) {
    const { startLine, endLine } = linesOf(node);
    if (!touches(added, startLine, endLine)) continue;
    const callee = calleeOf(node, subject.after ?? "");
    const alias =
      packages !== undefined
        ? fullName(callee, packages)
        : ofGo !== undefined
          ? nameOfPackage(callee, ofGo)
          : language === "java"
            ? withoutPackage(callee)
            : callee;
    found.push({
      node,
      callee: imports === undefined ? callee : nameInRules(callee, imports),
      ...(alias === callee ? {} : { alias }),
      arguments: argumentsOf(node, language),
      language,
    });
  }
  return found;
}

/** `new java.io.File` and `java.nio.file.Files.copy` are what `new File` and `Files.copy` are. */
function withoutPackage(callee: string): string {
  return callee.replace(/^(new )?(?:[a-z]\w*\.){1,8}(?=[A-Z]\w*(?:\.|$))/, "$1");
}

/** A named argument: `shell=True` of Python, `verify: false` of Ruby, PHP and C#. */
export function named(call: Call, name: string): SyntaxNode | undefined {
  for (const argument of call.arguments) {
    const kind = String(argument.kind());
    if (kind === "keyword_argument" && argument.field("name")?.text() === name) return argument.field("value") ?? undefined;
    if (
      kind === "pair" &&
      argument
        .field("key")
        ?.text()
        .replace(/^:|:$|["']/g, "") === name
    )
      return argument.field("value") ?? undefined;
    if (kind === "argument" && argument.field("name")?.text() === name) return argument.children().at(-1);
  }
  return undefined;
}

/** What an argument is worth, freed of the node that only holds its place. */
function argumentsOf(node: SyntaxNode, language: Language): readonly SyntaxNode[] {
  if (language === "shell") return node.children().slice(1);
  const list =
    node.field("arguments") ?? node.children().find((child) => /^(argument_list|arguments|token_tree)$/.test(String(child.kind())));
  if (list === undefined || list === null)
    return bareCalls.test(String(node.kind())) ? node.children().filter((child) => child.isNamed()) : [];
  return list
    .children()
    .filter((child) => child.isNamed() && child.kind() !== "comment")
    .map((child) =>
      child.kind() === "argument" && child.field("name") === null ? (child.children().find((part) => part.isNamed()) ?? child) : child,
    );
}

/** What takes its values without parentheses. */
const bareCalls = /^(include|require|echo|print|exit)/;

function calleeOf(node: SyntaxNode, source: string): string {
  const kind = String(node.kind());
  if (kind === "subshell") return "`";
  if (bareCalls.test(kind)) return kind.replace(/_(expression|statement|intrinsic)$/, "");
  if (kind === "new_expression" || kind === "object_creation_expression") {
    const type =
      node.field("constructor") ?? node.field("type") ?? node.children().find((child) => /name|identifier|type/.test(String(child.kind())));
    return `new ${normal(type, source).replace(/<.*$/, "")}`;
  }
  const receiver = node.field("object") ?? node.field("receiver") ?? node.field("scope");
  const name = node.field("name") ?? node.field("method") ?? node.field("function") ?? node.field("macro") ?? node.child(0);
  const text = normal(name, source) + (kind === "macro_invocation" ? "!" : "");
  return receiver === null ? text : `${normal(receiver, source)}.${text}`;
}

/** Long chains are told apart by their ends. Of a long one no more than that is copied: each link of a chain is a call whose callee is all the links before it. */
function normal(node: SyntaxNode | null | undefined, source: string): string {
  if (node === null || node === undefined) return "";
  const { start, end } = node.range();
  const text = source.slice(Math.max(start.index, end.index - 300), end.index);
  return text
    .replace(/\s+/g, "")
    .replace(/\?\.|->|::|&\./g, ".")
    .replace(/\$/g, "");
}
