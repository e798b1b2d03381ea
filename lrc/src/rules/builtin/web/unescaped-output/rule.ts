import { lineRule } from "../../../kinds/index.ts";

export const unescapedOutput = lineRule({
  id: "web/unescaped-output",
  title: "A template puts a value into the page as it is",
  category: "security",
  subcategory: "cross-site-scripting",
  severity: "warning",
  confidence: "medium",
  languages: ["html"],
  cwe: [79, 116],
  match:
    /\{\{[^{}]{1,200}\|\s*safe\b|\{%-?\s*autoescape\s+(?:off|false)|\bv-html\s*=|\bng-bind-html-unsafe\s*=|\[innerHTML\]\s*=|\bth:utext\s*=|<%-\s*(?!include|partial|layout|body|content)\w|\{\{\{\s*\w/,
  message: "The template escapes what it shows unless it is told not to, and here it is told so: whoever chooses the value can run script.",
  suggestion: "Let it escape, and clean what must be HTML before it gets here.",
});
