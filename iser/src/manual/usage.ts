import type { ManualPage } from "./manual-page.ts";
import { wrap } from "./wrap.ts";

const width = 100;
const optionColumn = 15;

/** What `--help` prints: how it is called, what it is for, its options, its exit codes, examples. */
export function usageText(page: ManualPage): string {
  const { name, synopsis, description, options, exitStatus, examples } = page;
  const calls = synopsis.map((form, index) => `${index === 0 ? "Usage:" : "      "} ${name} ${form}`);
  const parts = [
    calls.flatMap((call) => wrap(call, width, 9 + name.length)).join("\n"),
    wrap(plain(description[0] ?? ""), width, 0).join("\n"),
    options.map(optionLines).join("\n"),
    `Examples:\n${examples.flatMap(({ commands }) => commands.map((command) => `  ${command}`)).join("\n")}`,
    wrap(`Exit status: ${exitStatus.map(({ term, text }) => `${term} ${plain(text)}`).join("; ")}`, width, 0).join("\n"),
    `More in ${name}(${page.section}), which is docs/${name}.md too.`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function optionLines({ flags, value, brief }: ManualPage["options"][number]): string {
  const heading = `  ${flags.join(", ")}${value === undefined ? "" : ` ${value}`}`;
  const text = wrap(`${" ".repeat(optionColumn)}${plain(brief)}`, width, optionColumn);
  return heading.length < optionColumn
    ? [heading.padEnd(optionColumn) + (text[0] ?? "").trimStart(), ...text.slice(1)].join("\n")
    : [heading, ...text].join("\n");
}

/** `--help` has no bold face: what is literal stands as it is. */
function plain(text: string): string {
  return text.replaceAll("`", "");
}
