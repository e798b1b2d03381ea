import { lineRule, scriptLanguages } from "../../../kinds/index.ts";
import type { Rule } from "../../../rule.ts";
import { verbose } from "../../../text/index.ts";

const script =
  /(?:^|[^.\w$])(?:(?:it|test|describe|context|suite)\.(?:skip|todo\.skip|failing)|xit|xtest|xdescribe|xcontext)\s*(?:\(|`|\.each)/;

/** An expected failure counts unless it has a condition, or is strict: that one says so when it is gone. */
const python = verbose`
  ^\s* @ (?:pytest\.mark\.skip | unittest\.skip) \b (?! if | unless)
| ^\s* (?:pytest\.skip | pytest\.xfail | self\.skipTest) \(
| ^\s* @unittest\.expectedFailure \b
| ^\s* @pytest\.mark\.xfail \s* (?: $ | \( \s* (?: \) | (?:reason|run) \s* = ) (?! .* strict \s* = \s* True) )
`;

export const skippedTest: Rule = lineRule({
  id: "any/skipped-test",
  title: "A test is switched off",
  category: "reliability",
  subcategory: "test-coverage",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "rust", "ruby", "php"],

  match: {
    typescript: script,
    tsx: script,
    javascript: script,
    python,
    go: /^\s*[tb]\.Skip(?:f|Now)?\(/,
    java: /^\s*@(?:Disabled|Ignore)\b/,
    csharp: /\[(?:Fact|Theory)\([^)]{0,80}Skip\s*=|\[(?:\w{1,30},\s*)?Ignore\b/,
    rust: /^\s*#\[ignore\b/,
    php: /^\s*(?:\$this->|self::|static::)markTestSkipped\(|^\s*#\[(?:Ignore|Skip)\b/,
    ruby: /^\s*(?:xit|xdescribe|xcontext)\b|^\s*(?:pending|skip)(?:\s*$|[\s(]+["'][^"']*["']\)?\s*$)/,
  },
  when: (_found, line, lines, { language }) => {
    // A skip within a condition says when; that is a decision and no leftover.
    const above = lines[line - 2] ?? "";
    return language !== "go" && language !== "python" && language !== "php"
      ? true
      : !/^\s*(\}?\s*else|if|elif|except|catch|case|default|switch)\b/.test(above) && !/if\s.*[:{]\s*$/.test(above);
  },
  message: "This test does not run any more, or may fail, so what it protected can break unseen.",
  suggestion: "Repair it, delete it, or write beside it what has to happen before it can run again.",
});
