import { inScript, scriptLanguages, syntaxRule } from "../../../kinds/index.ts";

export const returnInFinally = syntaxRule({
  id: "errors/return-in-finally",
  title: "A return in finally swallows the error",
  category: "correctness",
  subcategory: "lost-error",
  severity: "error",
  confidence: "high",
  languages: ["python", "java", ...scriptLanguages, "csharp"],
  cwe: [584],
  mentions: /finally/,
  find: {
    python: [
      {
        kind: "return_statement",
        inside: { kind: "finally_clause", stopBy: { any: [{ kind: "function_definition" }, { kind: "lambda" }] } },
      },
    ],
    java: [
      {
        kind: "return_statement",
        inside: { kind: "finally_clause", stopBy: { any: [{ kind: "method_declaration" }, { kind: "lambda_expression" }] } },
      },
    ],
    ...inScript([
      {
        kind: "return_statement",
        inside: {
          kind: "finally_clause",
          stopBy: {
            any: [
              { kind: "arrow_function" },
              { kind: "function_expression" },
              { kind: "function_declaration" },
              { kind: "method_definition" },
            ],
          },
        },
      },
    ]),
  },
  message: "When an error is on its way, this return takes its place and the error is gone.",
  suggestion: "Return behind the finally block.",
});
