import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { type SyntaxNode, textAround } from "../../../syntax/index.ts";

export const prototypePollution = syntaxRule({
  id: "javascript/prototype-pollution",
  title: "A key from outside may be __proto__",
  category: "security",
  subcategory: "prototype-pollution",
  severity: "warning",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [1321],
  mentions: /\]\s*=|=\s*\w+\[|merge|extend|defaultsDeep/,
  find: [
    {
      kind: "assignment_expression",
      has: { field: "left", kind: "subscript_expression", has: { field: "object", kind: "subscript_expression" } },
    },
    {
      kind: "assignment_expression",
      all: [{ has: { field: "left", kind: "subscript_expression" } }, { inside: { kind: "for_in_statement", stopBy: "end" } }],
    },
    {
      kind: "assignment_expression",
      all: [{ has: { field: "left", kind: "identifier" } }, { has: { field: "right", kind: "subscript_expression" } }],
    },
  ],
  when: (node) => {
    const left = node.field("left");
    if (left?.kind() === "identifier" && !goesDown(node)) return false;
    const around = textAround(node);
    if (around.length > 6_000 || /__proto__|hasOwn|Object\.create\(null\)|new Map|isSafe|prototype/.test(around)) return false;
    if (left?.kind() === "identifier") return true;
    const key = left?.field("index")?.text() ?? "";
    const counts = /\bfor\s*\((?:const|let|var)\s+\w+\s+in\b/.test(around) ? /^(?:i|j)$/ : /^(?:i|j|k|n|x|y|row|col|index|idx)$/;
    if (/^\d|^["'`]|\.length/.test(key) || counts.test(key)) return false;
    const inner = left?.field("object");
    if (inner?.kind() === "subscript_expression")
      return (
        !/^\d|^["'`]|^(i|j|k|x|y|row|col|index|idx)$/.test(inner.field("index")?.text() ?? "") &&
        /req|body|params|query|path|keys|split\(/.test(around)
      );
    if (isDeepMerge(node, key)) return "likely";
    return (
      /\bfor\s*\((?:const|let|var)\s+\w+\s+in\b/.test(around) &&
      /merge|extend|assign|clone|deep|defaults|copy|set/i.test(around.slice(0, 120)) &&
      /\b(merge|extend|deep\w*|clone|set|assign|copy|defaults)\w*\(/i.test(around.slice(around.indexOf("{")))
    );
  },
  message: "If the key can be __proto__ or constructor, this writes into what all objects inherit from.",
  suggestion: "Refuse those keys, use a Map, or objects without a prototype.",
});

/** `for (const key in source) … merge(target[key], source[key]) … target[key] = source[key]` of a function that calls itself: it writes however deep it is led. */
function isDeepMerge(node: SyntaxNode, key: string): boolean {
  if (!/^\w{1,40}$/.test(key) || node.field("right")?.field("index")?.text() !== key) return false;
  for (let parent = node.parent(), level = 0; parent !== null && level < 12; parent = parent.parent(), level += 1) {
    if (!/^(?:function_declaration|function_expression|arrow_function|method_definition)$/.test(String(parent.kind()))) continue;
    const name = (parent.field("name") ?? parent.parent()?.field("name"))?.text() ?? "";
    return /^\w{1,60}$/.test(name) && new RegExp(`\\b${name}\\(\\s*\\w+\\[${key}\\]\\s*,\\s*\\w+\\[${key}\\]`).test(parent.text());
  }
  return false;
}

/** `target = target[key]` in a loop: step by step to wherever the keys lead. */
function goesDown(node: SyntaxNode): boolean {
  const [left, right] = [node.field("left"), node.field("right")];
  const key = right?.field("index")?.text() ?? "";
  if (right?.field("object")?.text() !== left?.text() || /^\d|^["'`]|\.length|^(i|j|k|n|x|y|row|col|index|idx)$/.test(key)) return false;
  for (let parent = node.parent(), level = 0; parent !== null && level < 8; parent = parent.parent(), level += 1) {
    if (/^(?:for|while|for_in)_statement$/.test(String(parent.kind()))) return true;
    if (/function|method_definition/.test(String(parent.kind())))
      return /forEach|reduce|map/.test(parent.parent()?.parent()?.field("function")?.text() ?? "");
  }
  return false;
}
