import { syntaxRule } from "../../../kinds/index.ts";
import { textAround } from "../../../syntax/index.ts";

export const mutableDefault = syntaxRule({
  id: "python/mutable-default",
  title: "A default value is shared by all calls",
  category: "correctness",
  subcategory: "shared-state",
  severity: "warning",
  confidence: "high",
  languages: ["python"],
  mentions: /=\s*(\[|\{|list\(|dict\(|set\()/,
  find: [
    {
      any: [{ kind: "default_parameter" }, { kind: "typed_default_parameter" }],
      has: { field: "value", regex: "^(\\[.*\\]|\\{.*\\}|(list|dict|set|defaultdict|OrderedDict)\\(.*\\))$" },
    },
  ],
  when: (node) => {
    const name = node.field("name")?.text() ?? "";
    const around = textAround(node);
    return new RegExp(
      `\\b${name}\\s*(\\[[^\\]]*\\]\\s*=[^=]|\\+=|\\.(append|add|update|extend|insert|pop|clear|remove|setdefault)\\()|\\breturn\\s+${name}\\b|=\\s*${name}\\s*$`,
      "m",
    ).test(around);
  },
  message: "The default is made once: what one call puts in, the next finds there.",
  suggestion: "Use None as the default and make the list inside.",
});
