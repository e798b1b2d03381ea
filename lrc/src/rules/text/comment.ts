import type { Language } from "../rule.ts";

const markers: Partial<Readonly<Record<Language, readonly string[]>>> = {
  python: ["#"],
  ruby: ["#"],
  shell: ["#"],
  yaml: ["#"],
  dockerfile: ["#"],
  terraform: ["#", "//"],
  php: ["//", "#", "/*"],
  sql: ["--", "/*"],
  html: ["<!--"],
  json: [],
};
const others = ["//", "/*"];

/** Where in a line a comment begins that is not inside quotes; its length when none does. Lines inside a block comment begin at their star. */
export function commentStart(line: string, language: Language | undefined): number {
  if (language === undefined) return line.length;
  const starts = markers[language] ?? others;
  const indent = line.length - line.trimStart().length;
  if (starts.includes("/*") && (line[indent] === "*" || line.startsWith("/*", indent)) && !/^\s*\*\w/.test(line)) return indent;
  let quote = "";
  for (let at = indent; at < line.length; at += 1) {
    const character = line[at]!;
    if (quote !== "") {
      if (character === "\\") at += 1;
      else if (character === quote) quote = "";
    } else if (character === '"' || character === "'" || character === "`") {
      // An apostrophe between letters is one: Rust's lifetimes and words in YAML are no strings.
      if (character !== "'" || !/\w/.test(line[at - 1] ?? " ")) quote = character;
    } else if (starts.some((start) => line.startsWith(start, at))) {
      // A hash within a word is part of it.
      if (character !== "#" || at === 0 || /[\s;(){}]/.test(line[at - 1]!)) return at;
    }
  }
  return line.length;
}
