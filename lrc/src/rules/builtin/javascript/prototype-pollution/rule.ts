import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { textAround } from "../../../syntax/index.ts";

export const prototypePollution = syntaxRule({
  id: "javascript/prototype-pollution",
  title: "A key from outside may be __proto__",
  category: "security",
  subcategory: "prototype-pollution",
  severity: "warning",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [1321],
  mentions: /\]\s*=|merge|extend|defaultsDeep/,
  find: [
    {
      kind: "assignment_expression",
      has: { field: "left", kind: "subscript_expression", has: { field: "object", kind: "subscript_expression" } },
    },
    {
      kind: "assignment_expression",
      all: [{ has: { field: "left", kind: "subscript_expression" } }, { inside: { kind: "for_in_statement", stopBy: "end" } }],
    },
  ],
  when: (node) => {
    const around = textAround(node);
    if (around.length > 6_000 || /__proto__|hasOwn|Object\.create\(null\)|new Map|isSafe|prototype/.test(around)) return false;
    const left = node.field("left");
    const key = left?.field("index")?.text() ?? "";
    if (/^\d|^["'`]|\.length|^(i|j|k|n|x|y|row|col|index|idx)$/.test(key)) return false;
    const inner = left?.field("object");
    if (inner?.kind() === "subscript_expression")
      return (
        !/^\d|^["'`]|^(i|j|k|x|y|row|col|index|idx)$/.test(inner.field("index")?.text() ?? "") &&
        /req|body|params|query|path|keys|split\(/.test(around)
      );
    return (
      /\bfor\s*\((?:const|let|var)\s+\w+\s+in\b/.test(around) &&
      /merge|extend|assign|clone|deep|defaults|copy|set/i.test(around.slice(0, 120)) &&
      /\b(merge|extend|deep\w*|clone|set|assign|copy|defaults)\w*\(/i.test(around.slice(around.indexOf("{")))
    );
  },
  message: "If the key can be __proto__ or constructor, this writes into what all objects inherit from.",
  suggestion: "Refuse those keys, use a Map, or objects without a prototype.",
});
