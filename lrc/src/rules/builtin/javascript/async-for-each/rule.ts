import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";

export const asyncForEach = syntaxRule({
  id: "javascript/async-for-each",
  title: "An async callback is given to something that does not wait",
  category: "correctness",
  subcategory: "missing-await",
  severity: "error",
  confidence: "high",
  languages: scriptLanguages,
  cwe: [362],
  mentions: /async/,
  find: [
    {
      kind: "call_expression",
      all: [
        { has: { field: "function", regex: "\\.(forEach|filter|some|every|sort|find|findIndex|reduce)$" } },
        {
          has: {
            field: "arguments",
            has: {
              any: [
                { kind: "arrow_function", regex: "^async\\b" },
                { kind: "function_expression", regex: "^async\\b" },
              ],
            },
          },
        },
      ],
    },
  ],
  when: (node) => !/\.reduce$/.test(node.field("function")?.text() ?? "") || !/await\s+\w+/.test(node.text()),
  message:
    "Nobody waits for the callback: forEach goes on at once, filter and some see a promise, which is always true, and errors are lost.",
  suggestion: "Use for … of with await, or await Promise.all(list.map(async …)).",
});
