import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";

export const asyncExecutor = syntaxRule({
  id: "javascript/async-executor",
  title: "A promise is made with an async executor",
  category: "correctness",
  subcategory: "lost-error",
  severity: "error",
  confidence: "high",
  languages: scriptLanguages,
  mentions: /new Promise/,
  find: [
    {
      kind: "new_expression",
      all: [
        { has: { field: "constructor", regex: "^Promise$" } },
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
  message: "What this function throws is lost: the promise it makes is neither rejected nor ever resolved.",
  suggestion: "Make the function around it async and await there, or reject in a catch.",
});
