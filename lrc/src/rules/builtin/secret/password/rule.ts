import type { Language, Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import {
  commentStart,
  isExample,
  isLeftover,
  isMadeUp,
  isMadeUpPath,
  isOddWord,
  isPhrase,
  isProgram,
  isRandom,
  isReadable,
  isRowOfKeys,
  kindOfName,
  lineAbove,
  type NamedValue,
  namedValuesIn,
  passwordStrength,
  verbose,
  wordsOfName,
} from "../../../text/index.ts";
import { mayHaveUnnamed, ownFiles, unnamedPasswordsIn } from "./own-syntaxes.ts";

const mentions = /pass|pwd|psw|psk|secret|key|token|cred|access|private|\bpw\b|mdp|senha|contrasena/i;
/** Texts for people, in which a password is a word. */
const forPeople = verbose("i")`
  locale | i18n | lang(?:uage)?s?\/ | translation | messages | strings\.(?:js|ts|py|rb)$
  | (?:^|\/)(?:
      ar|az|be|bg|bn|bs|ca|cs|cy|da|de|el|en|eo|es|et|eu|fa|fi|fr|ga|gl|gu|he|hi|hr|hu|hy|id|is|it|ja|ka|kk|km|kn|ko|lt
      |lv|mk|ml|mn|mr|ms|my|nb|ne|nl|nn|no|pa|pl|pt|ro|ru|si|sk|sl|sq|sr|sv|sw|ta|te|th|tl|tr|uk|ur|uz|vi|zh
    )(?:[-_][A-Z]{2})?\.(?:json|ya?ml|js|ts|po)$
`;
/** Files of settings alone, without texts for people. */
const settings = /(?:^|\/)\.env[^/]*$|\.(?:conf|cfg|ini|properties|toml|env)$/i;
/** Names of one word that may mean the key of a table, too. */
const vague = /^(?:keys?|salt|nonce|seed|session|sid|sas|auth\w*|basic|access|private|pat)$/i;
/** A comparison with one that must not be used. */
const isRefused = /deny|reject|weak|forbid|common|invalid|throw|raise|error/i;

/** What a person would take for a password: mixed characters, or a plain word where nothing else but a password can stand. */
function isPassword({ name, value, isQuoted, isCompared }: NamedValue, text: string, path: string, isComment: boolean): boolean {
  const kind = kindOfName(name);
  if (kind === undefined) return false;
  if (isRowOfKeys(value)) return !isCompared && !isComment && !isMadeUpPath(path) && (kind !== "key" || !vague.test(name));
  if (kind === "key" || isRandom(value)) return false; // what a generator made is secret/random-text's
  if (isLeftover(value)) return !isCompared && !isComment && !isMadeUpPath(path) && isQuotedOrSet(isQuoted, path);
  if (isQuoted && settings.test(path) && isPhrase(value)) return !isMadeUpPath(path);
  if (kind === "password" && isOddWord(value)) return !isProgram(path) && !isCompared && !isComment && !isMadeUpPath(path);
  const strength = passwordStrength(value);
  if (strength === undefined || (isCompared && isRefused.test(text))) return false;
  const words = wordsOfName(name);
  if (words.some((word) => /^(?:test|tests|testing|dummy|fake|mock|example|sample)$/.test(word))) return false;
  const last = words.at(-1) ?? "";
  if (strength === "word")
    return (kind === "password" || last === "secret") && isQuotedOrSet(isQuoted, path) && !isCompared && !isComment && !isMadeUpPath(path);
  // `secret: root-ca5` names a secret that is kept elsewhere.
  if (
    kind === "password" ||
    (/^secrete?$/.test(last) && value.length >= 6 && (isQuoted || !/^[a-z\d]+(?:-[a-z\d]+)+$/.test(value) || !isReadable(value)))
  )
    return true;
  return (
    value.length >= 8 &&
    !isReadable(value) &&
    /[A-Za-z]/.test(value) &&
    (/\d/.test(value) ||
      (value
        .match(/[!-~]/g)
        ?.join("")
        .match(/[^\w.:/-]/g)?.length ?? 0) > 1 ||
      (value.length >= 16 && /[a-z][A-Z]/.test(value)))
  );
}

/** Without quotes a word is a name in a program, and a text in settings. */
function isQuotedOrSet(isQuoted: boolean, path: string): boolean {
  return isQuoted || !isProgram(path);
}

function namedIn(text: string, path: string, lineBefore: string, language: Language | undefined): NamedValue | undefined {
  if (!mentions.test(text) && !(mentions.test(lineBefore.slice(-200)) && /value|default|string|data/i.test(text))) return undefined;
  const comment = commentStart(text, language);
  return namedValuesIn(text, path, lineBefore).find((one) => isPassword(one, text, path, one.index >= comment));
}

function unnamedIn(text: string, path: string, lineBefore: string): { readonly value: string; readonly index: number } | undefined {
  if (!mayHaveUnnamed.test(text) && !ownFiles.test(path)) return undefined;
  if (isMadeUpPath(path)) return undefined; // a manual shows commands with passwords, too
  return unnamedPasswordsIn(text, path, lineBefore).find(
    ({ value }) => passwordStrength(value.replaceAll(" ", "").slice(0, 100)) !== undefined || /^\$\w{1,8}\$.{12}/.test(value),
  );
}

export const password: Rule = {
  id: "secret/password",
  title: "A password is written in the source",
  category: "security",
  subcategory: "exposed-secret",
  severity: "warning",
  confidence: "medium",
  languages: "any",
  cwe: [259, 798],

  scope: "file",
  check(file, report) {
    const { path } = file.diff;
    if (forPeople.test(path)) return;
    const isTest = isMadeUpPath(path);
    const { added, afterLines } = changedText(file);
    for (const line of added) {
      const text = afterLines[line - 1] ?? "";
      if (text.length > 2_000) continue;
      const above = lineAbove(afterLines, line);
      const given = namedIn(text, path, above, file.language) ?? unnamedIn(text, path, above);
      if (given === undefined) continue;
      report({
        side: "new",
        startLine: line,
        endLine: line,
        startColumn: given.index + 1,
        endColumn: given.index + 1 + given.value.length,
        message:
          "A password that is written here is known to everybody who reads the repository, is the same everywhere, and cannot be changed without a release.",
        suggestion: "Read it from the environment or a secret store.",
        secrets: [given.value],
        ...((isTest || isExample(text)) && isMadeUp(given.value) ? { severity: "info", confidence: "low" } : {}),
      });
    }
  },
};
