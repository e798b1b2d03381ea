import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";

/** What a cookie is called that stands for somebody. */
const secretName = /^(?:["'`]\s*)?[\w-]*(?:session|sess|sid|token|auth|jwt|login|passw|secret|credential)[\w-]*\s*=/i;

export const pageCookie = syntaxRule({
  id: "javascript/page-cookie",
  title: "Script of the page sets a cookie that stands for somebody",
  category: "security",
  subcategory: "insecure-cookie",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [614, 1004],
  mentions: /document\.cookie/,
  find: [{ kind: "assignment_expression", has: { field: "left", regex: "^(?:window\\.|self\\.)?document\\.cookie$" } }],
  when: (node) => {
    const text = node.field("right")?.text() ?? "";
    if (!secretName.test(text)) return false;
    // What is set to nothing is taken away.
    return !/=\s*;|expires=Thu,? 01|max-age=(?:0|-)/i.test(text);
  },
  message:
    "A cookie that script sets script can read, whoever wrote it: one hole in the page gives it away, and without Secure so does a line that is not encrypted.",
  suggestion: "Let the server set it, with HttpOnly, Secure and SameSite.",
});
