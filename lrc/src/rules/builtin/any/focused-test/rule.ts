import { lineRule, scriptLanguages } from "../../../kinds/index.ts";
import type { Rule } from "../../../rule.ts";

const script = /(?:^|[^.\w$])(?:(?:it|test|describe|context|suite|specify)\.only(?:\.each)?|fit|fdescribe|fcontext)\s*(?:\(|`)/;
const inTest = /(^|\/)(tests?|__tests__|specs?|e2e|cypress)\/|[._-](test|spec|e2e|cy)\.[cm]?[jt]sx?$|_spec\.rb$|_test\.rb$/;

export const focusedTest: Rule = lineRule({
  id: "any/focused-test",
  title: "A focused test keeps all others from running",
  category: "reliability",
  subcategory: "test-coverage",
  severity: "error",
  confidence: "high",
  languages: [...scriptLanguages, "ruby"],

  paths: inTest,
  match: {
    typescript: script,
    tsx: script,
    javascript: script,
    ruby: /^\s*(?:fit|fdescribe|fcontext|fspecify)\b|,\s*focus: true|,\s*:focus\b/,
  },
  message:
    "Only this test runs now. All others of the file, or of the whole suite, are passed over without a word, and the build stays green.",
  suggestion: "Take the focus out again before the commit.",
});
