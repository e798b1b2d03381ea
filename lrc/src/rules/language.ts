import type { Language } from "./rule.ts";

const byExtension: Readonly<Record<string, Language>> = {
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "tsx",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsx: "javascript",
  py: "python",
  pyi: "python",
  go: "go",
  java: "java",
  rs: "rust",
  c: "c",
  h: "c",
  cc: "cpp",
  cpp: "cpp",
  cxx: "cpp",
  hh: "cpp",
  hpp: "cpp",
  hxx: "cpp",
  cs: "csharp",
  php: "php",
  phtml: "php",
  rb: "ruby",
  rake: "ruby",
  gemspec: "ruby",
  sh: "shell",
  bash: "shell",
  sql: "sql",
  yaml: "yaml",
  yml: "yaml",
  json: "json",
  html: "html",
  htm: "html",
  ejs: "html",
  hbs: "html",
  handlebars: "html",
  mustache: "html",
  njk: "html",
  svelte: "html",
  twig: "html",
  vue: "html",
  css: "css",
  dockerfile: "dockerfile",
  containerfile: "dockerfile",
  tf: "terraform",
  tfvars: "terraform",
};

const byName: Readonly<Record<string, Language>> = {
  dockerfile: "dockerfile",
  containerfile: "dockerfile",
  rakefile: "ruby",
  gemfile: "ruby",
};

const byInterpreter: Readonly<Record<string, Language>> = {
  sh: "shell",
  bash: "shell",
  dash: "shell",
  zsh: "shell",
  ksh: "shell",
  node: "javascript",
  python: "python",
  python3: "python",
  ruby: "ruby",
  php: "php",
};

/** The language of a file: by its name, else by the interpreter its first line asks for. Undefined where no rule of a language applies. */
export function languageOf(path: string, text: string): Language | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const named = byName[name] ?? (/^(docker|container)file\./.test(name) ? "dockerfile" : undefined);
  if (named !== undefined) return named;
  const dot = name.lastIndexOf(".");
  if (dot > 0) {
    const language = byExtension[name.slice(dot + 1)];
    return language === "c" && name.endsWith(".h") && looksLikeCpp(text) ? "cpp" : language;
  }
  return text.startsWith("#!") ? interpreter(text) : undefined;
}

function looksLikeCpp(text: string): boolean {
  return /^\s*(class|namespace|template\s*<|using\s+namespace|public:|private:)/m.test(text.slice(0, 20_000));
}

function interpreter(text: string): Language | undefined {
  const words = text
    .slice(2, 200)
    .split("\n", 1)[0]!
    .trim()
    .split(/[\s/]+/);
  const program = words.findLast((word) => byInterpreter[word] !== undefined);
  return program === undefined ? undefined : byInterpreter[program];
}
