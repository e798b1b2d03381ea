/** The grammars that come with the page, by what their files are called. Everything else is drawn without colours. */
const byExtension: Readonly<Record<string, string>> = {
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "tsx",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsx: "jsx",
  py: "python",
  go: "go",
  rs: "rust",
  java: "java",
  c: "c",
  h: "c",
  cc: "cpp",
  cpp: "cpp",
  hpp: "cpp",
  cs: "csharp",
  php: "php",
  rb: "ruby",
  sh: "shellscript",
  bash: "shellscript",
  sql: "sql",
  yml: "yaml",
  yaml: "yaml",
  json: "json",
  html: "html",
  css: "css",
  md: "markdown",
  toml: "toml",
  tf: "terraform",
};

/** The name of the grammar for a path, or "text". */
export function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (/^dockerfile/.test(name)) return "docker";
  return byExtension[name.slice(name.lastIndexOf(".") + 1)] ?? "text";
}
