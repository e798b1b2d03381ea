import { callRule } from "../../../kinds/index.ts";
import { repeatsRepetition } from "../../../text/index.ts";

export const slowRegex = callRule({
  id: "python/slow-regex",
  title: "A regular expression can take minutes for a short text",
  category: "security",
  subcategory: "slow-regex",
  severity: "warning",
  confidence: "medium",
  languages: ["python"],
  cwe: [400, 1333],
  mentions: /\)[+*{]/,
  callee: /^re\.(?:compile|match|search|fullmatch|sub|subn|split|findall|finditer)$/,
  when: ({ arguments: [pattern] }) => {
    const text = pattern?.kind() === "string" ? (/^[rRbB]{0,2}(["'])((?:\\.|(?!\1)[^\\\n])*)\1$/.exec(pattern.text())?.[2] ?? "") : "";
    return text.length > 0 && text.length < 2_000 && repeatsRepetition(text);
  },
  message:
    "A repetition of what repeats itself can be tried in as many ways as there are to split the text: a few dozen characters stop the process.",
  suggestion: "Let the parts begin with what the others cannot hold, or bound the repetition.",
});
