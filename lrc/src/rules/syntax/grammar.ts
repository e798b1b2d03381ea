import type * as AstGrep from "@ast-grep/napi";
import type { DynamicLangRegistrations } from "@ast-grep/napi";
import type { Language } from "../rule.ts";

/** What the parser calls a language, and the package its grammar comes in; none for those that are built in. */
interface Grammar {
  readonly name: string;
  readonly load?: () => Promise<{ readonly default: DynamicLangRegistrations[string] }>;
}

/** The paths are written out so that a bundler sees them. Packages that are optional may be missing. */
const grammars: Partial<Readonly<Record<Language, Grammar>>> = {
  typescript: { name: "TypeScript" },
  tsx: { name: "Tsx" },
  javascript: { name: "JavaScript" },
  html: { name: "Html" },
  css: { name: "Css" },
  python: { name: "python", load: () => import("@ast-grep/lang-python") },
  go: { name: "go", load: () => import("@ast-grep/lang-go") },
  java: { name: "java", load: () => import("@ast-grep/lang-java") },
  rust: { name: "rust", load: () => import("@ast-grep/lang-rust") },
  c: { name: "c", load: () => import("@ast-grep/lang-c") },
  cpp: { name: "cpp", load: () => import("@ast-grep/lang-cpp") },
  csharp: { name: "csharp", load: () => import("@ast-grep/lang-csharp") },
  php: { name: "php", load: () => import("@ast-grep/lang-php") },
  ruby: { name: "ruby", load: () => import("@ast-grep/lang-ruby") },
  shell: { name: "bash", load: () => import("@ast-grep/lang-bash") },
  sql: { name: "sql", load: () => import("@ast-grep/lang-sql") },
  yaml: { name: "yaml", load: () => import("@ast-grep/lang-yaml") },
  json: { name: "json", load: () => import("@ast-grep/lang-json") },
};

/** A text that cannot be parsed: too large, or its grammar is not installed. The message is one line. */
export class SyntaxUnavailable extends Error {
  override readonly name = "SyntaxUnavailable";
}

const loaded = new Map<Language, Promise<void>>();
let parser: Promise<typeof AstGrep> | undefined;

/** Whether there is a grammar for the language at all. */
export function hasGrammar(language: Language | undefined): language is Language {
  return language !== undefined && grammars[language] !== undefined;
}

/** The parser with the language registered. Each is loaded the first time somebody asks: start-up is paid by who needs it. */
export async function loadGrammar(language: Language): Promise<{ readonly astGrep: typeof AstGrep; readonly name: string }> {
  const grammar = grammars[language];
  if (grammar === undefined) throw new SyntaxUnavailable(`there is no grammar for ${language}`);
  parser ??= import("@ast-grep/napi");
  const astGrep = await parser;
  let registration = loaded.get(language);
  if (registration === undefined) {
    registration = register(astGrep, grammar);
    loaded.set(language, registration);
  }
  await registration;
  return { astGrep, name: grammar.name };
}

async function register(astGrep: typeof AstGrep, { name, load }: Grammar): Promise<void> {
  if (load === undefined) return;
  try {
    astGrep.registerDynamicLanguage({ [name]: (await load()).default });
  } catch (error) {
    throw new SyntaxUnavailable(`the grammar for ${name} is not installed: ${String(error).split("\n")[0]}`, { cause: error });
  }
}
