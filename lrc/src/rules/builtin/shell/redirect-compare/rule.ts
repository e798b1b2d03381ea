import { lineRule } from "../../../kinds/index.ts";

export const redirectCompare = lineRule({
  id: "shell/redirect-compare",
  title: "A comparison in a test is a redirection",
  category: "correctness",
  subcategory: "wrong-operator",
  severity: "error",
  confidence: "high",
  languages: ["shell"],
  cwe: [480],
  match: /(?:^|[;&|]\s*|\b(?:if|while|until)\s+(?:!\s+)?)\[\s[^\]#]{0,120}\s(?<![\\])[<>]\s[^\]]{0,120}\s\]/,
  unless: /\[\[|\\[<>]/,
  message: "Within [ ] this sends output into a file of that name, and the test is of something else.",
  suggestion: "Use -gt and -lt for numbers, or [[ ]].",
});
