import { addedLines, removedLines } from "#diff";
import { scriptLanguages } from "../../../kinds/index.ts";
import type { Rule, RuleChange } from "../../../rule.ts";
import { type AddedLine, isMoved, isTakenOver, type Replacement, replacementsOf, survives } from "../../../syntax/index.ts";
import { commentStart, verbose } from "../../../text/index.ts";

/** A test that went whole is another rule's. */
const declaration = verbose`
  ^\s*(?:it|test|specify|describe)(?:\.\w+)*\s*\(
  | ^\s*(?:async\s+)?def\s+test_ | ^\s*func\s+Test | ^\s*@Test | ^\s*\#\[test\] | ^\s*\[(?:Fact|Test)
`;
const asking = verbose`
  \bexpect(?:\.\w+)?\s*\( | \bassert\w*[!.(\s] | \bself\.assert\w+\( | \bt\.(?:Error|Fatal)f?\( | \brequire\.\w+\(t
  | \b\w{0,20}Assert\.\w+\( | \.should\b | \bshould\s*\( | \bverify\s*\( | \$this->assert\w+\( | \bassert_\w+
  | pytest\.(?:raises|warns)\( | assertRaises | assertThrows\( | \brequire\.\w+\(\s*$ | \bt\.(?:is|same|throws|ok)\(
`;
const asksExactly = verbose`
  \.to(?:Be|Equal|StrictEqual|MatchObject|Match|HaveLength|Contain\w*|Throw\w*|HaveBeenCalledWith|HaveBeenCalledTimes)\(\s*[^)\s]
  | \.(?:equal|strictEqual|deepEqual|deepStrictEqual)\(
  | assertEquals?\( | assert\s+.{1,200}== | \.Equal\(
`;
const asksLittle = verbose`
  \.toBe(?:Defined|Truthy)\(\)
  | \.not\.toBe(?:Null|Undefined)\(
  | \.to(?:HaveBeenCalled|Throw)\(\)
  | \.to\.(?:exist|be\.ok)\b | assertIsNotNone\( | assertNotNull\( | \.NotNil\(
  | assert\s+.{1,200}\bis\ not\ None\s*$
  | expect\(true\) | assert\ True\b
  | ^\s*assert\s+(?!not\b)[\w.]+\s*$ | ^\s*assert\s.{1,200}>=?\s*0\s*$
  | \bassert\.ok\((?![^;]*[=<>]=) | \bassertTrue\((?![^;]*(?:==|equals|contains|\ in\ ))
  | \.toBeGreaterThan(?:OrEqual)?\(0\) | expect\.any(?:thing)?\(
`;
/** What is asked whether it is true asks for all there is of it. */
const asksTrue = /\b(?:[Tt]rue|[Nn]one|null|undefined|nil)\b/;
/** A function of Go that is handed the test asks in its name. */
const helping = /\w\(t,\s/;
/** What brings the words in rather than using them. */
const notAsking =
  /^\s*(?:\/\/|#|\*|import\b|from\b|use\b|using\b)|=\s*require\(|doesNotThrow|\.not\.toThrow\(|^\s*require(?:_relative)?\s*\(?\s*["']/;
/** So many lines more went than came: the assertion was a part of what they did. */
const mostBeside = 6;
/** In a longer run of changes nothing is another's successor. */
const mostLines = 12;
const inTest = verbose`
  (^|\/)(tests?|__tests__|specs?)\/
  | [._-](test|spec)\.[cm]?[jt]sx?$
  | (^|\/)test_[^/]*\.py$ | _test\.(go|py|rb|c|cc|cpp)$ | _spec\.rb$ | Tests?\.(java|cs|php)$
`;

export const assertion: Rule = {
  id: "removal/assertion",
  title: "A test no longer asks what it asked",
  category: "reliability",
  subcategory: "test-coverage",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "rust", "ruby", "php", "c", "cpp"],

  scope: "file",
  check(file, report, change) {
    if (file.after === undefined || !inTest.test(file.diff.path)) return;
    const asks = (text: string): boolean => {
      const found = text.length < 2_000 ? asking.exec(text) : null;
      return found !== null && found.index < commentStart(text, file.language);
    };
    const counts = (lines: readonly { readonly text: string }[]): number => lines.filter(({ text }) => asks(text)).length;
    // The code is as it was, and what is expected of it is not.
    const isOfTestsOnly = change.files.every(({ diff }) => inTest.test(diff.path));
    for (const replacement of replacementsOf(file)) {
      const partial = partlyAsked(replacement);
      if (partial !== undefined) {
        report({
          side: "new",
          startLine: partial.newNumber,
          endLine: partial.newNumber,
          causedByRemoval: true,
          message: "The test asked for all of it and now asks for a part, or for one kind and now for any: more faults pass.",
          suggestion: "Ask for all of it again, or say why the rest may be anything.",
        });
        return;
      }
      const fitted = expectationMoved(replacement, isOfTestsOnly);
      if (fitted !== undefined) {
        report({
          side: "new",
          startLine: fitted.newNumber,
          endLine: fitted.newNumber,
          causedByRemoval: true,
          message: isOfTestsOnly
            ? "The test expects something else of code that is as it was: either it was wrong before, or it is made to fit now."
            : "What was refused is expected to be let through now.",
          suggestion: "Say in the message why the old expectation was wrong; if it was not, mend the code.",
        });
        return;
      }
      if (replacement.removed.length > mostLines || replacement.added.length > mostLines) continue;
      const vague = replacement.added.find(({ text }) => text.length < 500 && asksLittle.test(text));
      const exact = replacement.removed.find(({ text }) => text.length < 500 && asksExactly.test(text) && !asksTrue.test(text));
      if (
        vague === undefined ||
        exact === undefined ||
        replacement.added.some(({ text }) => asksExactly.test(text) && !asksLittle.test(text))
      )
        continue;
      report({
        side: "new",
        startLine: vague.newNumber,
        endLine: vague.newNumber,
        causedByRemoval: true,
        message: "The test asked what it is and now only asks whether there is anything: nearly every fault passes.",
        suggestion: "Ask for the value again, or for what of it is certain.",
      });
      return;
    }
    // A test that was rewritten asks elsewhere, or in other words.
    if (counts(addedLines(file.diff)) * 2 >= counts(removedLines(file.diff))) return;
    for (const { removed, added, hunk } of replacementsOf(file)) {
      // In other words, or under another name, it asks the same: as many lines came.
      if (added.filter(({ text }) => commentStart(text, file.language) > text.length - text.trimStart().length).length >= removed.length)
        continue;
      const gone = removed.find(({ text }) => text.length < 500 && asking.test(text) && !notAsking.test(text));
      if (gone === undefined || added.some(({ text }) => asks(text)) || removed.some(({ text }) => declaration.test(text))) continue;
      if (
        hunk.lines.some((line) => line.kind === "added" && (asks(line.text) || helping.test(line.text))) ||
        !survives(file, gone.oldNumber)
      )
        continue;
      // What led up to it was written anew, and what it asked with it.
      if (added.length > 0 && removed.length - added.length > mostBeside) continue;
      // What could go wrong before anything was asked.
      if (/\bt\.(?:Fatal|Error)f?\(/.test(gone.text) && removed.some(({ text }) => /\berr\s*:?=[^=]/.test(text))) continue;
      if (isOfWhatWent(change, gone.text)) continue;
      if (isMoved(change, gone.text) || isTakenOver(change, { removed, added, hunk }, (text) => asking.test(text))) continue;
      report({
        side: "old",
        startLine: gone.oldNumber,
        endLine: gone.oldNumber,
        causedByRemoval: true,
        message: "The test is still there and no longer asks this: it is green whatever the code does here.",
        suggestion: "Put the question back, or delete what led up to it too.",
      });
      return; // once a file: the rest is the same decision
    }
  },
};

/** Texts are reworded, numbers and answers are not. */
const literal = /\b\d[\w.]*\b|\b(?:[Tt]rue|[Ff]alse)\b/g;
const refusal = /\b(?:40[0139]|42[29])\b|UNAUTHORIZED|FORBIDDEN|Unauthorized|Forbidden|BadRequest/;
const success = /\b20[0-4]\b|\bOK\b|StatusOK|Ok\b/;

/** An assertion that became the same with another value: of refusal and success always, of anything else where nothing but tests changed. */
function expectationMoved({ removed, added }: Replacement, isOfTestsOnly: boolean): AddedLine | undefined {
  if (removed.length !== added.length || removed.length > mostMoved) return undefined;
  const pairs = removed.map(({ text }, at) => [text, added[at]!] as const);
  const moved = pairs.filter(
    ([text, now]) =>
      text.length < 500 && now.text.length < 500 && asksExactly.test(text) && asksExactly.test(now.text) && text !== now.text,
  );
  // More of them follow from a change of what is tested, or of the data.
  if (moved.length !== 1 || moved.length !== pairs.length) return undefined;
  const [[text, now]] = moved as [[string, AddedLine]];
  if (refusal.test(text) && success.test(now.text) && !refusal.test(now.text)) return now;
  const [old, come] = [text.match(literal) ?? [], now.text.match(literal) ?? []];
  return isOfTestsOnly && old.length > 0 && text.replace(literal, "0") === now.text.replace(literal, "0") && old.at(-1) !== come.at(-1)
    ? now
    : undefined;
}

const mostMoved = 3;

const asksAll = /\.to(?:Be|Equal|StrictEqual)\(|\bassertEquals?\(|^\s*assert\s[^,]*==|\.(?:deepE|strictE|deepStrictE|e)qual\(/;
const asksPart = /\.toContain(?:Equal)?\(|\.toMatch(?:Object)?\(|\bassertIn\(|^\s*assert\s+\S+\s+in\s|\.include\(/;
const oneError = verbose`
  \b(?:raises|assertRaises)\((?!(?:Base)?Exception\b)\w
  | \bassertThrows\((?!Exception\b|Throwable\b)\w | \bThrows<(?!Exception>)\w
`;
const anyError = /\b(?:raises|assertRaises)\((?:Base)?Exception\b|\bassertThrows\((?:Exception|Throwable)\b|\bThrows(?:Any)?<Exception>/;

/** One line that asked for a whole, or for one kind of error, and the one in its place that asks the same thing for less. */
function partlyAsked({ removed, added }: Replacement): AddedLine | undefined {
  const [before, now] = [removed[0], added[0]];
  if (removed.length !== 1 || added.length !== 1 || before === undefined || now === undefined) return undefined;
  if (before.text.length > 500 || now.text.length > 500) return undefined;
  if (oneError.test(before.text) && anyError.test(now.text)) return now;
  if (/\braises\(.*\bmatch=/.test(before.text) && /\braises\(/.test(now.text) && !/match=/.test(now.text)) return now;
  const subject = /(?:expect\(|assert\w*(?:\.\w+)?\(|assert\s)\s*([\w.]+)/.exec(before.text)?.[1];
  if (subject === undefined || !now.text.includes(subject)) return undefined;
  return asksAll.test(before.text) && !asksPart.test(before.text) && asksPart.test(now.text) && !asksAll.test(now.text) ? now : undefined;
}

/** Whether the last thing an assertion names went from the code itself in the same change. */
function isOfWhatWent({ files }: RuleChange, text: string): boolean {
  const names = (text.replace(/(["'`])[^"'`]*\1/g, "").match(/\b[A-Za-z]\w*[A-Z_]\w*/g) ?? []).filter(
    (name) => !/^assert|^self$|^(?:to|not)[A-Z]/.test(name),
  );
  return files.some(
    ({ diff }) =>
      !inTest.test(diff.path) &&
      diff.removedCount > diff.addedCount &&
      removedLines(diff).some((line) => line.text.length < 500 && names.some((name) => line.text.includes(name))),
  );
}
