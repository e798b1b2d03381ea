import { syntaxRule } from "../../../kinds/index.ts";

export const asyncVoid = syntaxRule({
  id: "csharp/async-void",
  title: "An async method gives no task back",
  category: "correctness",
  subcategory: "lost-error",
  severity: "warning",
  confidence: "high",
  languages: ["csharp"],
  mentions: /async void/,
  find: [
    { kind: "method_declaration", regex: "^([\\s\\S]{0,200}?)\\basync\\s+void\\b" },
    { kind: "local_function_statement", regex: "^\\s*(static\\s+)?async\\s+void\\b" },
  ],
  when: (node) =>
    !/EventArgs|object\s+sender|\boverride\b|\[RelayCommand|protected override/.test(node.text().split("{")[0]!) &&
    /\basync\s+void\b/.test(node.text().split("{")[0]!),
  message: "Nobody can wait for it, and what it throws ends the process.",
  suggestion: "Return Task.",
});
