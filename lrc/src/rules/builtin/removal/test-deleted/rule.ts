import { addedLines, removedLines } from "#diff";
import { scriptLanguages } from "../../../kinds/index.ts";
import type { Rule, RuleChange } from "../../../rule.ts";
import { changedText, isMoved } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

const declaration = verbose`
  ^\s*(?:
    (?:it|test|specify)(?:\.\w+)*\s*\(\s*["'\`](.{1,250}?)["'\`]
    | (?:async\s+)?def\s+(test_\w+) | func\s+(Test\w+)\s*\(
    | (?:public\s+)?function\s+(test\w+)
    | it\s+["'](.{1,250}?)["']\s+do
    | (?:public\s+)?(?:async\s+)?(?:void|Task)\s+(\w+)\s*\(
    | fn\s+(\w+)\s*\(\s*\)\s*\{
  )
`;
const marked = /@(?:Test|ParameterizedTest)\b|\[(?:Fact|Theory|Test|TestMethod)\b|#\[(?:tokio::)?test\]/;
const inTest = verbose`
  (^|\/)(tests?|__tests__|specs?)\/
  | [._-](test|spec)\.[cm]?[jt]sx?$
  | (^|\/)test_[^/]*\.py$ | _test\.(go|py|rb)$ | _spec\.rb$ | Tests?\.(java|cs|php)$ | \.rs$
`;

export const testDeleted: Rule = {
  id: "removal/test-deleted",
  title: "A test was deleted",
  category: "reliability",
  subcategory: "test-coverage",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "rust", "ruby", "php"],

  scope: "change",
  checkChange(change, report) {
    const { files } = change;
    const added = new Set(files.flatMap(({ diff }) => addedLines(diff).flatMap(({ text }) => nameOf(text) ?? [])));
    const deletesCode = files.some(
      ({ diff, language }) =>
        language !== undefined && !inTest.test(diff.path) && (diff.removedCount >= 5 || diff.removedCount - diff.addedCount >= 2),
    );
    // A sweep over many test files is a reorganisation and not a test that was in the way.
    if (files.filter(({ diff }) => inTest.test(diff.path) && diff.removedCount > 0).length > mostFiles) return;
    // One that is in another file now, under whatever name, was not deleted.
    const came = files.flatMap(({ diff, before }) =>
      inTest.test(diff.path) ? addedLines(diff).filter(({ text }) => isNewTest(text, before)) : [],
    );
    const isOfTestsOnly = files.every(({ diff, language }) => language === undefined || inTest.test(diff.path));
    for (const file of files) {
      if (file.before === undefined || !inTest.test(file.diff.path)) continue;
      // A whole file of tests goes with what it was about, unless nothing of that was touched.
      if (file.after === undefined && !isOfTestsOnly) continue;
      const { beforeLines, afterLines, removed } = changedText(file);
      // One that is only planned asks nothing.
      const left = afterLines.filter((text) => !/\.todo\b/.test(text.slice(0, 300))).join("\n");
      const gone = removedLines(file.diff).filter(({ text, oldNumber }) => {
        const name = nameOf(text);
        return (
          name !== undefined &&
          !added.has(name) &&
          // One of two with the same name was one too many.
          !["(", '"', "'", "`"].some((end) => left.includes(`${name}${end}`)) &&
          (!needsMark(text) || marked.test(beforeLines.slice(Math.max(0, oldNumber - 4), oldNumber).join("\n"))) &&
          !isAskedElsewhere(change, beforeLines, removed, oldNumber)
        );
      });
      const come = Math.max(came.length, addedLines(file.diff).filter(({ text }) => nameOf(text) !== undefined).length);
      // A test under another name took its place, or what it tested went too.
      if (gone.length <= come || deletesCode || addedLines(file.diff).some(({ text }) => tabled.test(text))) continue;
      const [first] = gone;
      report({
        path: file.diff.path,
        side: "old",
        startLine: first!.oldNumber,
        endLine: first!.oldNumber,
        causedByRemoval: true,
        message: `${gone.length - come === 1 ? "A test is" : `${gone.length - come} tests are`} gone, and little of the code they were about went with them: it can break unseen now.`,
        suggestion: "Keep it, or say in the message why it was wrong.",
      });
    }
  },
};

const mostFiles = 4;

/** Whether everything that a test asked is asked in another one now: two became one, or it has another name. */
function isAskedElsewhere(change: RuleChange, lines: readonly string[], removed: ReadonlySet<number>, start: number): boolean {
  let asks = false;
  for (let number = start; number < Math.min(lines.length, start + mostLines); number += 1) {
    const text = lines[number - 1] ?? "";
    if (number > start && nameOf(text) !== undefined) break;
    if (text.length > 500 || !asking.test(text)) continue;
    if (removed.has(number) && !isMoved(change, text)) return false;
    asks = true;
  }
  return asks;
}

const mostLines = 200;
const asking = /\b(?:expect|assert\w*!?|should|require|verify|raises|throws)\b|\bt\.(?:Error|Fatal)/i;

/** One test over a table does the work of several. */
const tabled = verbose("i")`
  \.each\b | parametrize | parameterized | ParameterizedTest | \[Theory\b | \[TestCase\b | subTest\( | \bt\.Run\( | \[\]struct\s?\{
  | rstest | @dataProvider | DataProvider\b
`;

function nameOf(text: string): string | undefined {
  return text.length > 300 || /\.(?:skip|todo)\b/.test(text)
    ? undefined
    : declaration
        .exec(text)
        ?.slice(1)
        .find((name) => name !== undefined);
}

/** Whether an added line begins a test that its file did not have. */
function isNewTest(text: string, before: string | undefined): boolean {
  const name = nameOf(text);
  return name !== undefined && before?.includes(name) !== true;
}

/** Methods are only tests when they are marked as such. */
function needsMark(text: string): boolean {
  return /^\s*(?:public\s+)?(?:async\s+)?(?:void|Task)\s|^\s*fn\s/.test(text);
}
