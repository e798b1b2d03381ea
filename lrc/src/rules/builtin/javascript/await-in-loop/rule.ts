import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";

export const awaitInLoop = syntaxRule({
  id: "javascript/await-in-loop",
  title: "Requests are made one after the other in a loop",
  category: "performance",
  subcategory: "sequential-requests",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  mentions: /await/,
  find: [
    {
      kind: "await_expression",
      all: [
        { inside: { any: [{ kind: "for_in_statement" }, { kind: "for_statement" }], stopBy: "end" } },
        {
          has: {
            kind: "call_expression",
            has: { field: "function", regex: "(fetch|axios(\\.\\w+)?|\\.(query|findOne|findUnique|findById|save))$" },
          },
        },
      ],
    },
  ],
  when: (node) => {
    for (let parent = node.parent(); parent !== null; parent = parent.parent()) {
      if (/function|method/.test(String(parent.kind()))) return false;
      if (/^for/.test(String(parent.kind()))) return !/\b(break|return)\b|sleep|delay|retry|attempt/.test(parent.text());
    }
    return false;
  },
  message: "Each round waits for the one before: a hundred items take a hundred times as long as one.",
  suggestion: "Ask for all at once, or run a few at a time with Promise.all.",
});
