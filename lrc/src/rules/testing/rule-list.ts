import type { Rule } from "../rule.ts";

/** Languages that share their rules are one column. */
const columns: readonly (readonly [title: string, languages: readonly string[]])[] = [
  ["TypeScript, JavaScript", ["typescript", "tsx", "javascript"]],
  ["Python", ["python"]],
  ["Go", ["go"]],
  ["Java", ["java"]],
  ["Rust", ["rust"]],
  ["C, C++", ["c", "cpp"]],
  ["C#", ["csharp"]],
  ["PHP", ["php"]],
  ["Ruby", ["ruby"]],
  ["Shell", ["shell"]],
  ["SQL", ["sql"]],
  ["YAML", ["yaml"]],
  ["Dockerfile", ["dockerfile"]],
  ["Terraform", ["terraform"]],
  ["JSON, HTML, CSS", ["json", "html", "css"]],
];

/** docs/lrc-rules.md: how many rules there are for what, and each of them. */
export function ruleList(rules: readonly Rule[]): string {
  const used = [...new Set(rules.map(({ category }) => category))].toSorted();
  const rows = columns.map(([title, languages]) => {
    const own = rules.filter((rule) => rule.languages !== "any" && rule.languages.some((language) => languages.includes(language)));
    return [title, ...used.map((category) => own.filter((rule) => rule.category === category).length), own.length];
  });
  const free = rules.filter(({ languages }) => languages === "any");
  const every = ["any text", ...used.map((category) => free.filter((rule) => rule.category === category).length), free.length];
  const all = ["all rules", ...used.map((category) => rules.filter((rule) => rule.category === category).length), rules.length];
  const groups = [...new Set(rules.map(groupOf))];
  return [
    "# The rules of lrc",
    "",
    `${rules.length} rules look at what a change adds and at what it takes away, without a network and without a model. Each is a folder below`,
    "`lrc/src/rules/builtin/` with its reasons, an example of what is wrong and one of what is right; the links lead there. How well they do on code that",
    "others marked is in [lrc-rules-measured.md](lrc-rules-measured.md), how to write one in [lrc-add-a-rule.md](lrc-add-a-rule.md).",
    "",
    "This page is made from the rules. `npx vitest run --project lrc builtin -u` makes it again.",
    "",
    "## How many for what",
    "",
    "A rule for several languages counts in each of their rows.",
    "",
    table([["", ...used, "all"], ...[...rows.filter((row) => row.at(-1) !== 0), every, all].map((row) => row.map(String))], 1),
    ...groups.flatMap((group) => [
      "",
      `## ${group}`,
      "",
      table([heading, ...rules.filter((rule) => groupOf(rule) === group).map(rowOf)], 7),
    ]),
    "",
  ].join("\n");
}

const heading = ["rule", "finds", "languages", "severity", "confidence", "kind", "CWE"];

function rowOf({ id, title, languages, severity, confidence, category, subcategory, cwe }: Rule): readonly string[] {
  const where = languages === "any" ? "any" : columns.filter(([, some]) => languages.some((language) => some.includes(language)));
  return [
    `[${id}](../lrc/src/rules/builtin/${id}/README.md)`,
    title.replaceAll("|", "\\|"),
    typeof where === "string" ? where : where.map(([name]) => name).join(", "),
    severity,
    confidence,
    `${category}: ${subcategory}`,
    cwe?.join(", ") ?? "",
  ];
}

function table(rows: readonly (readonly string[])[], leftColumns: number): string {
  const [head = [], ...body] = rows;
  const rule = head.map((_, index) => (index < leftColumns ? "---" : "--:"));
  return [head, rule, ...body].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function groupOf({ id }: Rule): string {
  return id.slice(0, id.indexOf("/"));
}

/** The `index.ts` of the rules: every folder with a rule in it, under a name made from its path. */
export function ruleIndex(ids: readonly string[]): string {
  const names = ids.toSorted().map((id) => ({ id, own: camelCase(id.slice(id.indexOf("/") + 1)), name: camelCase(id.replace("/", "-")) }));
  return [
    'import type { Rule } from "../rule.ts";',
    ...names.map(({ id, own, name }) => `import { ${own} as ${name} } from "./${id}/rule.ts";`),
    "",
    "/** Every rule that comes with the program, by id. Made from the folders: see docs/lrc-add-a-rule.md. */",
    "export const builtinRules: readonly Rule[] = [",
    ...names.map(({ name }) => `  ${name},`),
    "];",
    "",
  ].join("\n");
}

function camelCase(words: string): string {
  return words.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
