import { lineRule } from "../../../kinds/index.ts";

export const rescueException = lineRule({
  id: "ruby/rescue-exception",
  title: "Everything is rescued, the wish to stop included",
  category: "reliability",
  subcategory: "over-broad-catch",
  severity: "warning",
  confidence: "high",
  languages: ["ruby"],
  cwe: [396],
  match: /^\s*rescue\s+(?:Exception|Object)\b/,
  when: (_found, line, lines) => !/^\s*raise\b/m.test(lines.slice(line, line + 4).join("\n")),
  message: "This also takes Ctrl-C, exit and a shortage of memory for something to go on from.",
  suggestion: "rescue StandardError, or what is expected.",
});
