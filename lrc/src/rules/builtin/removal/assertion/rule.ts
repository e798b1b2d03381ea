import { scriptLanguages } from "../../../kinds/index.ts";
import type { Rule } from "../../../rule.ts";
import { replacementsOf, survives } from "../../../syntax/index.ts";

const asking =
  /\bexpect\s*\(|\bassert\w*[!.(\s]|\bself\.assert\w+\(|\bt\.(?:Error|Fatal)f?\(|\brequire\.\w+\(t|\bAssert\.\w+\(|\bshould\b|\bverify\s*\(|\$this->assert\w+\(|\bassert_\w+/;
const inTest =
  /(^|\/)(tests?|__tests__|specs?)\/|[._-](test|spec)\.[cm]?[jt]sx?$|(^|\/)test_[^/]*\.py$|_test\.(go|py|rb)$|_spec\.rb$|Tests?\.(java|cs|php)$/;

export const assertion: Rule = {
  id: "removal/assertion",
  title: "A test no longer asks what it asked",
  category: "reliability",
  subcategory: "test-coverage",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "rust", "ruby", "php"],

  scope: "file",
  check(file, report) {
    if (file.after === undefined || !inTest.test(file.diff.path)) return;
    for (const { removed, added, hunk } of replacementsOf(file)) {
      const gone = removed.find(({ text }) => text.length < 500 && asking.test(text) && !/^\s*(?:\/\/|#|import\b|from\b|use\b)/.test(text));
      if (gone === undefined || added.some(({ text }) => asking.test(text))) continue;
      if (hunk.lines.some((line) => line.kind === "added" && asking.test(line.text)) || !survives(file, gone.oldNumber)) continue;
      report({
        side: "old",
        startLine: gone.oldNumber,
        endLine: gone.oldNumber,
        causedByRemoval: true,
        message: "The test is still there and no longer asks this: it is green whatever the code does here.",
        suggestion: "Put the question back, or delete what led up to it too.",
      });
    }
  },
};
