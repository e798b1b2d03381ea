import { verbose } from "#rules";

/** A few words that do not end a sentence. */
const few = "[^.;,]{0,30}?";

/**
 * What is not to be reported (`reviewSystem` says so to the model) and is known by its words. Each asks for something that no run of the program would show to
 * be missing.
 */
const inTitle: readonly RegExp[] = [
  /^(no (issues?|problems?|faults?|findings?|bugs?)|looks? good|lgtm|good|nice|great|well done)\b/i,
  /^(add|missing) (a )?(comment|docstring|documentation|unit test|test)s?\b/i,
  /^(code style|formatting|whitespace|readability|line length)\b/i,
];

const inMessage: readonly RegExp[] = [
  // Praise.
  /\b(no (issues?|problems?|faults?|bugs?) (found|detected|here)|works as (intended|expected)|is (fine|correct) as (it )?is)\b/i,
  // Tests and documents that could be there.
  new RegExp(
    `\\b(lacks?|missing|insufficient|adds?|needs?|should (have|include)|there (is|are) no|no) ${few}\\b(tests?|test cases?|test coverage)\\b(?! (data|id|file|server|database))`,
    "i",
  ),
  /\b(tests? coverage|docstring coverage|not covered by (a |any )?tests?)\b/i,
  new RegExp(
    `\\b(lacks?|missing|insufficient|adds?|needs?|should (have|include)) ${few}\\b(docstrings?|javadocs?|jsdoc|documentation|(code|clarifying|explanatory) comments?)\\b`,
    "i",
  ),
  // Format and taste.
  verbose("i")`
    \b(
      formatting\ issue | trailing\ (white)?spaces? | extra\ (blank\ line|semicolon)
      | line\ containing\ only\ whitespace
      | missing\ (a\ )?(space\ (after|before)|newline\ at\ (the\ )?end)
      | code\ style | naming\ convention
    )\b
  `,
  verbose("i")`
    \b(
      for\ (better\ |improved\ )?(code\ )?(readability|clarity|conciseness|maintainability)
      | (hurting|reduces|reducing|improves?)\ (code\ )?(clarity|maintainability)
    )(\ and\ [a-z]+|\/[a-z]+)?[.)]?$
  `,
  verbose("i")`
    \bshould\ be\ (simplified|extracted|refactored)\b
    | \b(code\ duplication|duplicated?\ (code|logic)|unused\ (static\ )?imports?|non-idiomatic)\b
  `,
];

const request =
  /^(please )?(verify|ensure|make sure|double[- ]check|confirm|check|you (may|might) want to|it (may|might) be (better|worth))\b/i;
/** What will come of it otherwise. */
const harm = verbose("i")`
  \b(
    otherwise | because | since | could | can | may | might | will | would | leads?\ to | causes?
  )\b.{0,80}\b(
    leaks? | crash\w* | panics? | throws? | exceptions? | errors? | deadlocks? | races? | overflow\w* | corrupt\w*
    | los[est]\w* | invalid | unexpected | fail\w* | bypass\w* | inject\w* | expos\w* | time\ ?outs? | hangs?
    | incorrect\w* | wrong\w* | breaks? | stale | slow\w*
  )\b
`;

/** Statements that are no faults, whatever the model was told: praise, questions, requests to check or to test, and talk about taste. */
export function isEmptyTalk({ title, message }: { readonly title: string; readonly message: string }): boolean {
  const said = message.trim();
  // A request to check that says what goes wrong is a finding in polite words.
  const asked = request.exec(said);
  if (asked !== null && !harm.test(said.slice(asked[0].length))) return true;
  return inTitle.some((talk) => talk.test(title.trim())) || inMessage.some((talk) => talk.test(said));
}
