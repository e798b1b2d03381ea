import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { repeatsRepetition } from "../../../text/index.ts";

export const slowRegex = syntaxRule({
  id: "javascript/slow-regex",
  title: "A regular expression can take minutes for a short text",
  category: "security",
  subcategory: "slow-regex",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [400, 1333],
  mentions: /\)[+*{]|RegExp/,
  find: [{ kind: "regex" }, { any: [{ kind: "new_expression" }, { kind: "call_expression" }], regex: "^(new\\s+)?RegExp\\(\\s*[\"']" }],
  when: (node) => {
    const text =
      node.kind() === "regex"
        ? (node.field("pattern")?.text() ?? node.text())
        : (/^(?:new\s+)?RegExp\(\s*(["'])((?:\\.|(?!\1)[^\\])*)\1/s.exec(node.text())?.[2] ?? "").replaceAll("\\\\", "\\");
    return text.length > 0 && text.length < 2_000 && repeatsRepetition(text);
  },
  message:
    "A repetition of what repeats itself can be tried in as many ways as there are to split the text: a few dozen characters stop the process.",
  suggestion: "Let the parts begin with what the others cannot hold, or bound the repetition.",
});
