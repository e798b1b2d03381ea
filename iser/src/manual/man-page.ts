import type { ManualItem, ManualOption, ManualPage, ManualSection } from "./manual-page.ts";

/** The page in the macros of man(7), for man(1), mandoc(1) and groff(1). */
export function manPage(page: ManualPage): string {
  const lines = [
    `.TH ${page.name.toUpperCase()} ${page.section} ${page.date}`,
    ".SH NAME",
    `${troff(page.name)} \\- ${inline(page.summary)}`,
    ...section("SYNOPSIS", synopsis(page)),
    ...section("DESCRIPTION", paragraphs(page.description)),
    ...section("OPTIONS", page.options.flatMap(option)),
    ...page.sections.flatMap((one) => section(one.title.toUpperCase(), sectionBody(one))),
    ...section("ENVIRONMENT", page.environment.flatMap(item)),
    ...section("FILES", page.files.flatMap(item)),
    ...section("EXIT STATUS", page.exitStatus.flatMap(item)),
    ...section(
      "EXAMPLES",
      page.examples.flatMap(({ text, commands }) => [".PP", inline(text), ...verbatim(commands.join("\n"))]),
    ),
    ...section("SEE ALSO", page.seeAlso.length === 0 ? [] : [page.seeAlso.map(reference).join(",\n")]),
  ];
  return `${lines.join("\n")}\n`;
}

function section(title: string, body: readonly string[]): readonly string[] {
  const [first, ...rest] = body;
  if (first === undefined) return [];
  return [`.SH ${quoteArgument(title)}`, ...(first === ".PP" ? [] : [first]), ...rest];
}

function synopsis({ name, section: number, synopsis: forms }: ManualPage): readonly string[] {
  if (number === 5) return verbatim(forms.join("\n"));
  return forms.flatMap((form, index) => [...(index > 0 ? [".br"] : []), `\\fB${troff(name)}\\fR ${troff(form)}`]);
}

function paragraphs(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => [".PP", ...sentences(text)]);
}

function option({ flags, value, brief, more }: ManualOption): readonly string[] {
  const argument = value === undefined ? "" : ` \\fI${troff(value)}\\fR`;
  const text = `${brief.charAt(0).toUpperCase()}${brief.slice(1)}.${more === undefined ? "" : ` ${more}`}`;
  return [".TP", `${flags.map((flag) => `\\fB${troff(flag)}\\fR`).join(", ")}${argument}`, ...sentences(text)];
}

function item({ term, text }: ManualItem): readonly string[] {
  return [".TP", `\\fB${troff(term)}\\fR`, ...sentences(text)];
}

function sectionBody({ paragraphs: texts = [], items = [], verbatim: block }: ManualSection): readonly string[] {
  return [...paragraphs(texts), ...items.flatMap(item), ...(block === undefined ? [] : verbatim(block))];
}

function verbatim(text: string): readonly string[] {
  return [".PP", ".RS 4", ".nf", ...text.split("\n").map(troff), ".fi", ".RE"];
}

function reference(name: string): string {
  const [, title = name, number = ""] = /^(.*)(\(.*\))$/.exec(name) ?? [];
  return `\\fB${troff(title)}\\fR${number}`;
}

/** A sentence a line, as troff wants it: it knows how to space them. */
function sentences(text: string): readonly string[] {
  return inline(text).split(/(?<=[.:?;]) (?=[A-Z\\`])/);
}

function inline(text: string): string {
  return text
    .split("`")
    .map((piece, index) => (index % 2 === 1 ? `\\fB${troffPiece(piece)}\\fR` : troffPiece(piece)))
    .join("")
    .replace(/^(?=[.'])/, "\\&");
}

function troff(text: string): string {
  return troffPiece(text).replace(/^(?=[.'])/, "\\&");
}

const characters: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "…": "\\[u2026]",
  "’": "'",
  "→": "\\(->",
  "×": "\\(mu",
  "^": "\\(ha",
  "~": "\\(ti",
};

function troffPiece(text: string): string {
  return text.replaceAll(/[\\\-…’→×^~]/g, (character) => characters[character] ?? character);
}

function quoteArgument(text: string): string {
  return text.includes(" ") ? `"${text}"` : text;
}
