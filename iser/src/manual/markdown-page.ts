import type { ManualItem, ManualOption, ManualPage, ManualSection } from "./manual-page.ts";

/** The page as a chapter of docs/. */
export function markdownPage(page: ManualPage): string {
  const { name, section: number, summary } = page;
  const forms = number === 5 ? page.synopsis : page.synopsis.map((form) => `${name} ${form}`);
  const parts = [
    `# ${name}(${number})`,
    `${name} – ${summary}`,
    codeBlock(forms.join("\n")),
    ...page.description,
    ...section("Options", page.options.map(option)),
    ...page.sections.flatMap((one) => section(one.title, sectionBody(one))),
    ...section("Environment", items(page.environment)),
    ...section("Files", items(page.files)),
    ...section("Exit status", items(page.exitStatus)),
    ...section(
      "Examples",
      page.examples.flatMap(({ text, commands }) => [text, codeBlock(commands.join("\n"))]),
    ),
    ...section("See also", page.seeAlso.length === 0 ? [] : [page.seeAlso.join(", ")]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function section(title: string, body: readonly string[]): readonly string[] {
  return body.length === 0 ? [] : [`## ${title}`, ...body];
}

function option({ flags, value, brief, more }: ManualOption): string {
  const heading = flags.map((flag) => `\`${flag}${value === undefined ? "" : ` ${value}`}\``).join(", ");
  const text = `${brief.charAt(0).toUpperCase()}${brief.slice(1)}.${more === undefined ? "" : ` ${more}`}`;
  return `* ${heading}: ${text}`;
}

function sectionBody({ paragraphs = [], items: terms = [], verbatim }: ManualSection): readonly string[] {
  return [...paragraphs, ...items(terms), ...(verbatim === undefined ? [] : [codeBlock(verbatim)])];
}

function items(terms: readonly ManualItem[]): readonly string[] {
  return terms.map(({ term, text }) => `* \`${term}\`: ${text}`);
}

function codeBlock(text: string): string {
  return `\`\`\`\n${text}\n\`\`\``;
}
