import { createRequire } from "node:module";
import type * as AstGrep from "@ast-grep/napi";
import type { Language } from "../rule.ts";

type Registration = AstGrep.DynamicLangRegistrations[string];

/** What the parser calls a language, and its grammar if it is not built in. */
interface Grammar {
  readonly name: string;
  readonly load?: () => Registration;
}

/** The parser and its grammars are native: no bundle can hold them, so they are required when they are wanted. */
const require = createRequire(import.meta.url);

/** Grammars of optional packages may be missing. */
const grammars: Partial<Readonly<Record<Language, Grammar>>> = {
  typescript: { name: "TypeScript" },
  tsx: { name: "Tsx" },
  javascript: { name: "JavaScript" },
  html: { name: "Html" },
  css: { name: "Css" },
  python: { name: "python", load: () => require("@ast-grep/lang-python") as Registration },
  go: { name: "go", load: () => require("@ast-grep/lang-go") as Registration },
  java: { name: "java", load: () => require("@ast-grep/lang-java") as Registration },
  rust: { name: "rust", load: () => require("@ast-grep/lang-rust") as Registration },
  c: { name: "c", load: () => require("@ast-grep/lang-c") as Registration },
  cpp: { name: "cpp", load: () => require("@ast-grep/lang-cpp") as Registration },
  csharp: { name: "csharp", load: () => require("@ast-grep/lang-csharp") as Registration },
  php: { name: "php", load: () => require("@ast-grep/lang-php") as Registration },
  ruby: { name: "ruby", load: () => require("@ast-grep/lang-ruby") as Registration },
  shell: { name: "bash", load: () => require("@ast-grep/lang-bash") as Registration },
  sql: { name: "sql", load: () => require("@ast-grep/lang-sql") as Registration },
  yaml: { name: "yaml", load: () => require("@ast-grep/lang-yaml") as Registration },
  json: { name: "json", load: () => require("@ast-grep/lang-json") as Registration },
};

/** A text that cannot be parsed: too large, or its grammar is not installed. The message is one line. */
export class SyntaxUnavailable extends Error {
  override readonly name = "SyntaxUnavailable";
}

let parser: typeof AstGrep | undefined;
/** Why a grammar is missing; undefined until the grammars that are not built in were registered. */
let missing: ReadonlyMap<Language, string> | undefined;

/** Whether there is a grammar for the language at all. */
export function hasGrammar(language: Language | undefined): language is Language {
  return language !== undefined && grammars[language] !== undefined;
}

/** The root of a text's syntax tree. The parser is loaded with the first text, the grammars that are not built in with the first that needs one. */
export function parse(language: Language, text: string): AstGrep.SgNode {
  const { astGrep, name } = loadGrammar(language);
  return astGrep.parse(name, text).root();
}

/** Those of `kinds` that the grammar of a language has. The parser refuses a rule with a kind that it does not know. */
export function knownKinds(language: Language, kinds: readonly string[]): readonly string[] {
  const { astGrep, name } = loadGrammar(language);
  return kinds.filter((kind) => astGrep.kind(name, kind) !== 0);
}

function loadGrammar(language: Language): { readonly astGrep: typeof AstGrep; readonly name: string } {
  const grammar = grammars[language];
  if (grammar === undefined) throw new SyntaxUnavailable(`there is no grammar for ${language}`);
  parser ??= require("@ast-grep/napi") as typeof AstGrep;
  if (grammar.load !== undefined) {
    // The parser takes foreign grammars once in the life of a process, so all come together; each costs a millisecond or two.
    missing ??= registerGrammars(parser);
    const reason = missing.get(language);
    if (reason !== undefined) throw new SyntaxUnavailable(reason);
  }
  return { astGrep: parser, name: grammar.name };
}

function registerGrammars(astGrep: typeof AstGrep): ReadonlyMap<Language, string> {
  const absent = new Map<Language, string>();
  const registrations: Record<string, Registration> = {};
  for (const [language, { name, load }] of Object.entries(grammars) as [Language, Grammar][]) {
    if (load === undefined) continue;
    try {
      const registration = load();
      // The path is looked for when it is asked for, and throws if there is none for this machine.
      if (registration.libraryPath !== "") registrations[name] = registration;
    } catch (error) {
      absent.set(language, `the grammar for ${language} is not installed: ${String(error).split("\n")[0]}`);
    }
  }
  astGrep.registerDynamicLanguage(registrations);
  return absent;
}
