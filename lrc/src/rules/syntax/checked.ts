import { isMentioned } from "./around.ts";
import { indexOf, type Scope, scopeAt } from "./definitions.ts";
import { definitionsOf } from "./reaching.ts";
import type { SyntaxNode } from "./tree.ts";

const branch = /\b(?:if|elif|elsif|unless|assert|while|switch|case|match|guard)\b|\?|&&|\|\|/;
const words =
  "(?:valid|allow|safe|white|trusted|known|permitted|startsWith|startswith|start_with|prefix|Prefix|contain|Contain|include|indexOf|matche?s?|test|Rel|relative_to|isLocal|IsLocal|isNumeric|isSubset|commonpath|within|has|verify|check|inside|local)";

/** A line of a function that asks something, and where it begins in the file. */
interface Question {
  readonly at: number;
  readonly line: string;
}

const questionsOfFunctions = new WeakMap<Scope, readonly Question[]>();
/** A function that asks more often than that before is none that somebody wrote. */
const mostQuestions = 200;

/**
 * Whether a name in `node` was asked about before, further up in its function: whether it is one of those allowed, starts as it should, matches a
 * pattern. That it is there at all is no such question. What the answer led to is not followed: who asks has thought of it.
 */
export function isChecked(node: SyntaxNode): boolean {
  const index = indexOf(node);
  if (index === undefined) return false;
  const position = node.range().start.index;
  const scope = scopeAt(index.scopes, position);
  const questions = questionsOf(scope, index.text).filter(({ at }) => at < position);
  if (questions.length === 0 || questions.length > mostQuestions) return false;
  // What express-validator found wrong was asked for.
  if (
    questions.some(({ line }) => /\b(?:errors?|result|validation\w*)\.isEmpty\(\)/.test(line)) &&
    isMentioned(node, /\bvalidationResult\(\s*req\b/)
  )
    return true;
  const names = relatedNames(node, index.text.slice(Math.max(0, scope.start), position));
  return names.some((name) => {
    const own = `\\b${name.replaceAll(/[$.]/g, "\\$&")}\\b`;
    const question = new RegExp(
      `${words}\\w*\\([^\\n]{0,60}${own}|\\.exec\\([^\\n]{0,60}${own}|hasOwn\\w*(?:\\.call)?\\([^\\n]{0,60}${own}|${own}[\\w.()]{0,40}\\.\\w*${words}|${own}\\s+(?:not\\s+)?in\\b|${own}[\\w.]{0,20}\\s*[!=]==?\\s*["'\`/][^"'\`]`,
    );
    return questions.some(({ line, at }) => line.includes(name) && question.test(line.slice(0, position - at)));
  });
}

/** The names in a value, those it was made from, and those that were made from it: whoever asks about one of them asks about the value. */
function relatedNames(node: SyntaxNode, before: string): readonly string[] {
  const own = [...new Set(node.text().slice(0, 2_000).match(ofRequest)), ...wordsIn(node.text())].slice(0, 6);
  const origins = definitionsOf(node)
    .slice(0, 3)
    .flatMap(({ value }) => wordsIn(value.text().slice(0, 300)));
  const made = before.length > mostCharacters ? [] : own.flatMap((name) => madeFrom(name, before));
  return [...new Set([...own, ...made, ...origins])].slice(0, 14);
}

/** What a request holds, by its whole name: that another part of the request was asked about says nothing. */
const ofRequest = /(?<![.\w$])(?:req|request|ctx)(?:\??\.\w{1,40}){1,4}(?![\w(])/g;

const mostCharacters = 8_000;

function madeFrom(name: string, before: string): readonly string[] {
  const making = new RegExp(`\\b(\\w{1,40})(?:, \\w+)?\\s*:?=\\s*[^=\\n;]{0,120}[(,]\\s*${name.replaceAll("$", "\\$")}\\b`, "g");
  return Array.from(before.matchAll(making), ([, made = ""]) => made).slice(0, 4);
}

function wordsIn(text: string): readonly string[] {
  return (text.replace(/(["'`])[^"'`\n]*\1/g, "").match(/(?<![.\w$])[A-Za-z_$][\w$]*/g) ?? []).filter(
    (word) => !/^(?:req|request|res|r|w|c|ctx|this|self|new|String|err|nil|null)$/.test(word),
  );
}

function questionsOf(scope: Scope, text: string): readonly Question[] {
  let questions = questionsOfFunctions.get(scope);
  if (questions === undefined) {
    const found: Question[] = [];
    let at = Math.max(0, scope.start);
    for (const line of text.slice(at, scope.end).split("\n")) {
      if (line.length < 500 && branch.test(line) && !/^\s*(?:\/\/|\/?\*|#)/.test(line))
        found.push({ at, line: line.replace(/\/\*.*|\s\/\/.*/, "") });
      at += line.length + 1;
    }
    questions = found;
    questionsOfFunctions.set(scope, questions);
  }
  return questions;
}
