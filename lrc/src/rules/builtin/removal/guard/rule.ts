import { addedLines } from "#diff";
import { scriptLanguages } from "../../../kinds/index.ts";
import type { Rule, RuleChange, RuleSubject } from "../../../rule.ts";
import {
  changedText,
  functionAround,
  isRetyped,
  isRewrite,
  isRootedOut,
  isSaidBy,
  isTakenOver,
  likeness,
  namesIn,
  type Replacement,
  replacementsOf,
  survives,
  withoutSpace,
} from "../../../syntax/index.ts";
import { commentStart, isTestPath, verbose } from "../../../text/index.ts";
import { cutOffAt } from "./cut-off.ts";
import { type Guard, guardsOf } from "./guards.ts";

export const guard: Rule = {
  id: "removal/guard",
  title: "A check was removed and what it guarded stays",
  category: "correctness",
  subcategory: "missing-check",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "rust", "c", "cpp", "php", "ruby"],
  cwe: [20, 754],

  scope: "change",
  checkChange(change, report) {
    const before = textOf(change, "before");
    const now = textOf(change, "after");
    const come = change.files.map((file) => withoutSpace(codeAdded(file).join("\n"))).join("\n");
    for (const file of change.files) {
      if (file.after !== undefined && file.before !== undefined && !isTestPath(file.diff.path))
        for (const line of cutOffAt(file))
          report({
            path: file.diff.path,
            side: "new",
            startLine: line,
            endLine: line,
            causedByRemoval: true,
            message: "What stands behind this is never reached any more, and it asked something: what it kept out now gets through.",
            suggestion: "Take this line away, or what stands behind it.",
          });
      if (
        file.after === undefined ||
        file.before === undefined ||
        file.diff.removedCount === 0 ||
        isRewrite(file) ||
        isTestPath(file.diff.path)
      )
        continue;
      const places = replacementsOf(file);
      const all = guardsOf(file);
      // What stood in another check went with it.
      const gone = all.filter(
        (one) =>
          !all.some(
            (other) =>
              other !== one && other.startLine <= one.startLine && other.endLine >= one.endLine && other.startLine !== one.startLine,
          ),
      );
      if (gone.length === 0) continue;
      const code = codeOf(file);
      const shared = hasNewFunction(file) ? withoutSpace(code) : "";
      const came = guardsOf(file, "new");
      for (const found of gone) {
        const condition = withoutSpace(found.condition);
        const place = places.find(({ removed }) => removed.some(({ oldNumber }) => oldNumber === found.startLine))!;
        if (
          found.isUnreached ||
          isAsked(condition, withoutSpace(file.before), withoutSpace(code)) ||
          isAsked(condition, before, now) ||
          (condition.length >= leastCharacters && come.includes(condition)) ||
          isRepeated(file, found) ||
          shared.includes(condition) ||
          isRetyped(file, namesIn(found.condition), found.startLine) ||
          isPartOfCall(place, found) ||
          isPartOfMore(place, found) ||
          isRewritten(file, place, found, came) ||
          !isStillNeeded(file, place, found) ||
          isRootedOut(file, namesIn(found.condition), found) ||
          isTakenOver(change, place, (text) => checking.test(text))
        )
          continue;
        report({
          path: file.diff.path,
          side: "old",
          startLine: found.startLine,
          endLine: found.endLine,
          causedByRemoval: true,
          message: "This check is gone, and the code that relied on it goes on: what it kept out now gets through.",
          suggestion: "Put it back, or say in the code why it can no longer happen.",
        });
      }
    }
  },
};

/** All files on one side of the change, without layout. */
function textOf({ files }: RuleChange, side: "before" | "after"): string {
  return files.map((file) => withoutSpace(side === "after" ? codeOf(file) : (file.before ?? ""))).join("\n");
}

/** A check that was made a comment is not made. */
function isComment(text: string, { language }: RuleSubject): boolean {
  return commentStart(text, language) <= text.length - text.trimStart().length;
}

function codeAdded(file: RuleSubject): readonly string[] {
  return addedLines(file.diff).flatMap(({ text }) => (text.length > 2_000 || isComment(text, file) ? [] : [text]));
}

/** The file as it is now, without the comments that came. */
function codeOf(file: RuleSubject): string {
  const comments = addedLines(file.diff).filter(({ text }) => text.length <= 2_000 && /\w/.test(text) && isComment(text, file));
  if (comments.length === 0) return file.after ?? "";
  const numbers = new Set(comments.map(({ newNumber }) => newNumber));
  return changedText(file)
    .afterLines.filter((_, at) => !numbers.has(at + 1))
    .join("\n");
}

/** A shorter condition that came elsewhere may be another's. */
const leastCharacters = 12;

/** Whether the same was asked twice in a function, and is asked once now. */
function isRepeated(file: RuleSubject, { condition, body, startLine, endLine }: Guard): boolean {
  const around = functionAround(file, startLine);
  if (around === undefined) return false;
  const { removed, beforeLines } = changedText(file);
  const left = beforeLines
    .slice(around.startLine - 1, around.endLine)
    .filter((_, at) => !removed.has(around.startLine + at) || around.startLine + at < startLine || around.startLine + at > endLine);
  const names = namesIn(condition);
  const isGivenAnew = left.some((text) =>
    names.some((name) => new RegExp(`(?<![\\w$.])${name.replaceAll("$", "\\$")}\\s*[-+*/|&]?=(?!=)`).test(text.slice(0, 500))),
  );
  const bare = withoutSpace(left.join("\n"));
  const whole = withoutSpace(condition);
  return (
    !isGivenAnew &&
    bare.includes(whole) &&
    bare.slice(bare.indexOf(whole)).includes(
      withoutSpace(body)
        .replace(/^\W*(?:if|unless)?\W*/, "")
        .slice(0, 20),
    )
  );
}

/** Whether all that a check compared is handed over to a new call in its place: what is looked for may be only what would have passed. */
function isPartOfCall({ added, removed }: Replacement, { condition }: Guard): boolean {
  const parts = condition.split(/[!=]==?/);
  if (parts.length !== 2) return false;
  const words = parts.flatMap((part) => part.match(/[A-Za-z_$][\w$]*(?=\W*$)/) ?? []);
  return (
    words.length === 2 &&
    added.some(({ text }) => {
      const list = text.indexOf("(");
      return (
        list !== -1 &&
        words.every((word) => new RegExp(`(?<![\\w$])${word.replaceAll("$", "\\$")}(?![\\w$])`).test(text.slice(list, 500))) &&
        !removed.some((line) => withoutSpace(line.text) === withoutSpace(text))
      );
    })
  );
}

/** Whether a condition is written as often as before: one that moved, to another file too, is no loss. */
function isAsked(condition: string, before: string, now: string): boolean {
  return now.split(condition).length >= before.split(condition).length;
}

const definition =
  /\b(?:def|function|func|fn|fun)\s+(?:\([^)]{0,80}\)\s*)?(\w+)|^\s*(?:private|protected|public|internal|static)\s.{0,120}\b(\w+)\(/;

/** Whether the change adds a function: what several asked for themselves may be asked there now. */
function hasNewFunction(file: RuleSubject): boolean {
  return addedLines(file.diff).some(({ text }) => {
    const [, one, other] = (text.length < 500 && definition.exec(text)) || [];
    const name = one ?? other;
    return name !== undefined && file.before?.includes(`${name}(`) === false;
  });
}

/** More than this beside the check and it went with what it was part of. */
const mostBeside = 6;

/** So much alike is a line to what it was before it was edited. */
const edited = 0.55;

/** Whether the check stood in a run of lines that was taken away, or written anew, as a whole. What was only edited beside it stays. */
function isPartOfMore({ removed, added: came }: Replacement, { startLine, endLine }: Guard): boolean {
  const isCode = ({ text }: { readonly text: string }): boolean => /\w/.test(text) && !/^\s*(?:\/\/|#|\*|\/\*)/.test(text);
  const others = removed.filter((line) => (line.oldNumber < startLine || line.oldNumber > endLine) && isCode(line));
  const left = came.filter(isCode);
  let beside = 0;
  for (const { text } of others) {
    const successor = left.findIndex((line) => likeness(line.text, text) >= edited);
    if (successor === -1) beside += 1;
    else left.splice(successor, 1);
  }
  const added = left.length;
  return others.length > mostBeside || beside > mostBeside || (beside > 0 && added > 1) || (beside > 2 && added > 0);
}

/** Ways to end that refuse, or give up. */
const ending = /\b(?:return|throw|raise|panic|abort|die|exit|reject|fail\w*|goto|continue|break)\b[^;\n}]*/g;
const throwing = /\b(?:raise|throw(?:\s+new)?)\s+([A-Za-z_][\w.]*)/;
/** What a `return` hands back that is no answer. */
const noAnswer = /^return\s*$|\b(?:err\w*|false|null|None|nil|undefined|-1|0|40[0134])\b/i;

/** Whether another check took its place: one that ends in the same way, or, for a shorter way to an answer, another answer. */
function isRewritten(file: RuleSubject, place: Replacement, { body, startLine, endLine }: Guard, came: readonly Guard[]): boolean {
  const added = place.hunk.lines.filter((line) => line.kind === "added").filter(({ text }) => !isComment(text, file));
  if (came.some((other) => withoutSpace(other.body) === withoutSpace(body) && added.some(({ newNumber }) => newNumber === other.startLine)))
    return true;
  const first = place.removed.find(({ oldNumber }) => oldNumber === startLine);
  if (first !== undefined && place.added.some(({ text }) => isSaidBy(file, first.text, text))) return true;
  const [, thrown] = throwing.exec(body) ?? [];
  if (thrown !== undefined && added.some(({ text }) => throwing.exec(text.slice(0, 500))?.[1] === thrown)) return true;
  const refuses = (body.match(ending) ?? []).some((text) => !text.startsWith("return") || noAnswer.test(text.trim()));
  return !refuses && place.added.length > 0 && place.removed.some(({ oldNumber }) => oldNumber < startLine || oldNumber > endLine);
}

/** What an added line has when it takes over the work of a check. */
const checking = verbose("i")`
  \b(?:
    if | elif | elsif | unless | assert\w* | throw | raise | match | switch | when | while | guard | catch | except
    | filter | case | invariant | require\w* | check\w* | valid\w* | ensure\w* | verif\w* | expect | unwrap_or\w*
    | ok_or\w* | make_(?:unique|shared) | clamp | min | max | default | Optional | Objects
  )\b
  | && | \|\| | \? | &\. | \b(?:and|or)\b | [<>=!]= | \bNonNull\b | \bThrowIf\w*
  | @(?:Valid|Min|Max|Size|NotNull)
`;
const everywhere = new Set(
  "this self err error nil null None undefined true false len length size not and or is in if ok result value data std".split(" "),
);

function isStillNeeded(file: RuleSubject, { added }: Replacement, { condition, startLine, followers }: Guard): boolean {
  if (!survives(file, startLine)) return false;
  // All that a function did was to ask.
  if (followers.length === 0 && added.length === 0) return true;
  const { removed, afterLines } = changedText(file);
  // The statement that follows, or the one before if it was the last, is what it guarded: it must be there still.
  const remains = followers.some(
    ({ line, text }) =>
      !removed.has(line) ||
      afterLines.some((now) => now.trim() === text.trim() || likeness(now, text) > 0.6) ||
      added.some((now) => likeness(now.text, text) >= edited),
  );
  if (!remains) return false;
  const names = (condition.match(/[A-Za-z_]\w*/g) ?? []).filter((name) => !everywhere.has(name));
  return !file.diff.hunks.some(({ lines }) =>
    lines.some(
      (line) =>
        line.kind === "added" &&
        !isComment(line.text, file) &&
        checking.test(line.text) &&
        (names.length === 0 || names.some((name) => line.text.includes(name))),
    ),
  );
}
