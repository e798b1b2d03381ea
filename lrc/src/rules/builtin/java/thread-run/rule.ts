import { syntaxRule } from "../../../kinds/index.ts";

export const threadRun = syntaxRule({
  id: "java/thread-run",
  title: "A thread is run in place of being started",
  category: "correctness",
  subcategory: "wrong-call",
  severity: "warning",
  confidence: "medium",
  languages: ["java"],
  cwe: [572],
  mentions: /\.run\(\)/,
  find: [{ kind: "method_invocation", regex: "^(new Thread\\([^;]*\\)|\\w*[tT]hread)\\.run\\(\\)$" }],
  message: "run() does the work here and now; no thread begins.",
  suggestion: "Call start().",
});
