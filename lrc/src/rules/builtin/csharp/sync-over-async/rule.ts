import { syntaxRule } from "../../../kinds/index.ts";
import { textAround } from "../../../syntax/index.ts";

export const syncOverAsync = syntaxRule({
  id: "csharp/sync-over-async",
  title: "A task is waited for by blocking",
  category: "performance",
  subcategory: "blocking-call",
  severity: "warning",
  confidence: "medium",
  languages: ["csharp"],
  cwe: [833],
  mentions: /async/,
  find: [
    { kind: "member_access_expression", regex: "(Async\\([^;]*\\)|[tT]ask)\\.Result$" },
    { kind: "invocation_expression", regex: "(Async\\([^;]*\\)|[tT]ask)\\.(Wait|GetAwaiter\\(\\)\\.GetResult)\\(\\)$" },
  ],
  when: (node) => /^[^{]*\basync\b/.test(textAround(node)),
  message: "The thread waits for work that may need this very thread: under load, or with a user interface, it never ends.",
  suggestion: "await it.",
});
